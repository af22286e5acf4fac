// From the stacks of `perf script` to a flame graph: a frame is as wide as its share of the samples.

const WIDTH = 1200;
const ROW = 17;
const TOP = 30;
const NARROWEST = 0.6; // pixels; narrower frames are left out
const CHARACTER = 6.4;

/** V8 writes `JS:*name file:line:column`; C++ has arguments and templates that say little here. */
function shorten(symbol) {
  const js =
    /^(?:JS|Eval|Script|LazyCompile|Function):[~*^+]?\s*(\S*) (?:\S*\/)?([\w.-]+\.[cm]?js):(\d+)/.exec(
      symbol,
    );
  if (js) return `${js[1] || "(anonymous)"} ${js[2]}:${js[3]}`;
  return symbol
    .replace(/\(.*$/s, "")
    .replace(/<.*>/g, "<>")
    .replace(/^v8::internal::/, "v8::");
}

const node = (name) => ({ name, samples: 0, children: new Map() });

/**
 * The call tree of all stacks that have a frame like `within`, from that frame on.
 * @param script output of `perf script -F ip,sym`
 */
export function fold(script, within) {
  const root = { ...node("all"), self: new Map() };
  for (const block of script.split(/\n\s*\n/)) {
    const symbols = block
      .split("\n")
      .map((line) => /^\s*[0-9a-f]+\s+(.+)$/.exec(line)?.[1])
      .filter((symbol) => symbol !== undefined)
      .reverse();
    const from = symbols.findIndex((symbol) => within.test(symbol));
    if (from < 0) continue;
    root.samples++;
    let at = root;
    for (const name of symbols.slice(from).map(shorten)) {
      let next = at.children.get(name);
      if (next === undefined) {
        next = node(name);
        at.children.set(name, next);
      }
      next.samples++;
      at = next;
    }
    root.self.set(at.name, (root.self.get(at.name) ?? 0) + 1);
  }
  return root;
}

const escapeXml = (content) =>
  content.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);

function colour(name) {
  if (/\.[cm]?js:\d+$/.test(name)) return "#60a5fa"; // JavaScript
  if (/^(ibkr|bench)::/.test(name)) return "#34d399"; // ours in C++
  if (/^(v8|node|napi|uv|Builtins)/.test(name)) return "#fbbf24"; // Node
  return "#f87171"; // system
}

/** An SVG without scripts; the full name of a frame and its share are its tooltip. */
export function flameGraph(tree, title) {
  const scale = WIDTH / tree.samples;
  const boxes = [];
  let deepest = 0;
  const draw = ({ name, samples, children }, x, depth) => {
    const width = samples * scale;
    if (width < NARROWEST) return;
    deepest = Math.max(deepest, depth);
    const y = TOP + depth * ROW;
    const share = ((100 * samples) / tree.samples).toFixed(1);
    const label = name.slice(0, Math.floor((width - 4) / CHARACTER));
    boxes.push(
      `<g><title>${escapeXml(`${name}: ${share} %`)}</title>` +
        `<rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${ROW - 1}" fill="${colour(name)}"/>` +
        `${label.length > 2 ? `<text x="${(x + 2).toFixed(1)}" y="${y + 12}">${escapeXml(label)}</text>` : ""}</g>`,
    );
    let at = x;
    for (const child of [...children.values()].sort((a, b) => b.samples - a.samples)) {
      draw(child, at, depth + 1);
      at += child.samples * scale;
    }
  };
  draw(tree, 0, 0);
  const height = TOP + (deepest + 1) * ROW + 6;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="monospace" font-size="11">\n` +
    `<rect width="100%" height="100%" fill="#fff"/>\n<text x="4" y="18" font-size="13">${escapeXml(title)}</text>\n` +
    `${boxes.join("\n")}\n</svg>\n`
  );
}
