#!/usr/bin/env node
// Says what built binaries need of a Linux system, and fails if it is more than is promised (docs/install.md), or if they
// show others more than Node looks for. Reads ELF itself, so that nothing has to be installed.
//
//   node native/tools/check-binary.cjs [--glibc VERSION] [FILE...]     default: 2.17, build/Release/ibkr_native.node
const fs = require("node:fs");
const path = require("node:path");

/** The newest glibc whose symbols may be needed. Node 20 itself needs 2.28. */
const NEWEST_GLIBC = "2.17";
const LIBRARIES = /^(?:libc|libm|libpthread|libdl|ld-linux-[\w-]+)\.so\.\d+$/;
const EXPORTS = new Set(["napi_register_module_v1", "node_api_module_get_api_version_v1"]);

const MOST_SHOWN = 20;

const [DYNSYM, DYNAMIC, VERNEED, VERSYM] = [11, 6, 0x6ffffffe, 0x6fffffff];
const NEEDED_TAG = 1n;

/** What an ELF file of 64 bits asks for and shows; undefined for other files. */
function readElf(file) {
  const bytes = fs.readFileSync(file);
  if (bytes.length < 64 || bytes.readUInt32BE(0) !== 0x7f454c46 || bytes[4] !== 2 || bytes[5] !== 1)
    return undefined;
  const at = Number(bytes.readBigUInt64LE(0x28));
  const size = bytes.readUInt16LE(0x3a);
  const sections = Array.from({ length: bytes.readUInt16LE(0x3c) }, (_, i) => {
    const start = at + i * size;
    return {
      type: bytes.readUInt32LE(start + 4),
      offset: Number(bytes.readBigUInt64LE(start + 24)),
      size: Number(bytes.readBigUInt64LE(start + 32)),
      link: bytes.readUInt32LE(start + 40),
    };
  });
  const text = (section, offset) => {
    const start = sections[section.link].offset + offset;
    return bytes.toString("latin1", start, bytes.indexOf(0, start));
  };
  const find = (type) => sections.find((section) => section.type === type);

  const libraries = [];
  const dynamic = find(DYNAMIC);
  for (let i = dynamic?.offset ?? 0; i < (dynamic ? dynamic.offset + dynamic.size : 0); i += 16) {
    if (bytes.readBigUInt64LE(i) === NEEDED_TAG)
      libraries.push(text(dynamic, Number(bytes.readBigUInt64LE(i + 8))));
  }
  const versions = new Map();
  const needs = find(VERNEED);
  for (let entry = needs?.offset, next = 1; needs && next !== 0; entry += next) {
    for (let i = 0, aux = entry + bytes.readUInt32LE(entry + 8); i < bytes.readUInt16LE(entry + 2); i++) {
      versions.set(bytes.readUInt16LE(aux + 6), text(needs, bytes.readUInt32LE(aux + 8)));
      aux += bytes.readUInt32LE(aux + 12);
    }
    next = bytes.readUInt32LE(entry + 12);
  }
  const symbols = find(DYNSYM);
  const versionOf = find(VERSYM);
  const wanted = [];
  const shown = [];
  for (let i = 1; symbols && i < symbols.size / 24; i++) {
    const start = symbols.offset + i * 24;
    const name = text(symbols, bytes.readUInt32LE(start));
    if (bytes.readUInt16LE(start + 6) !== 0) shown.push(name);
    else wanted.push({ name, version: versions.get(bytes.readUInt16LE(versionOf.offset + i * 2) & 0x7fff) });
  }
  return { libraries, wanted, shown };
}

const numbersOf = (version) => version.split(".").map(Number);
function isNewer(version, than) {
  const [a, b] = [numbersOf(version), numbersOf(than)];
  for (let i = 0; i < Math.max(a.length, b.length); i++)
    if ((a[i] ?? 0) !== (b[i] ?? 0)) return (a[i] ?? 0) > (b[i] ?? 0);
  return false;
}

/** What is wrong with a binary, and the newest glibc it needs. */
function judge({ libraries, wanted, shown }, newest) {
  const problems = [];
  let needed = "0";
  for (const library of libraries)
    if (!LIBRARIES.test(library)) problems.push(`needs the library ${library}`);
  for (const { name, version } of wanted) {
    if (version === undefined) continue;
    const glibc = /^GLIBC_([\d.]+)$/.exec(version)?.[1];
    if (glibc === undefined || isNewer(glibc, newest)) problems.push(`needs ${name} of ${version}`);
    else if (isNewer(glibc, needed)) needed = glibc;
  }
  for (const name of shown) if (!EXPORTS.has(name)) problems.push(`shows ${name} to others`);
  return { problems, needed };
}

function main(args) {
  const files = [...args];
  let newest = NEWEST_GLIBC;
  const option = files.indexOf("--glibc");
  if (option >= 0) [, newest] = files.splice(option, 2);
  if (!/^\d+(\.\d+)+$/.test(newest ?? "")) {
    console.error(`check-binary: --glibc is ${JSON.stringify(newest)} (allowed: a version such as 2.17)`);
    return 2;
  }
  if (files.length === 0) files.push(path.join(__dirname, "../../build/Release/ibkr_native.node"));
  let failed = false;
  for (const file of files) {
    const elf = readElf(file);
    if (elf === undefined) {
      console.log(`${file}: no ELF file of 64 bits, nothing to check`);
      continue;
    }
    const { problems, needed } = judge(elf, newest);
    for (const problem of problems.slice(0, MOST_SHOWN)) console.error(`${file}: ${problem}`);
    if (problems.length > MOST_SHOWN) console.error(`${file}: and ${problems.length - MOST_SHOWN} more`);
    failed ||= problems.length > 0;
    if (problems.length === 0) console.log(`${file}: needs glibc ${needed} and ${elf.libraries.join(", ")}`);
  }
  return failed ? 1 : 0;
}

process.exitCode = main(process.argv.slice(2));
