// Runs before anything is installed and on any Node: it checks the version first and only then loads the rest.
var version = process.versions.node.split(".").map(Number);
if (version[0] < 20 || (version[0] === 20 && version[1] < 19)) {
  console.error("Lintuan needs Node 20.19 or newer; this is Node " + process.versions.node + ".");
  process.exit(1);
} else {
  import("./starter.mjs").then(function (starter) {
    return starter.start(process.argv.slice(2));
  });
}
