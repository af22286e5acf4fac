// What of the dashboard's page is no script goes beside its scripts in dist/.
const fs = require("node:fs");
const path = require("node:path");

const root = path.join(__dirname, "../..");
const to = path.join(root, "dist/dashboard/page");
for (const name of ["index.html", "page.css", "icon.svg"])
  fs.copyFileSync(path.join(root, "src/dashboard/page", name), path.join(to, name));
