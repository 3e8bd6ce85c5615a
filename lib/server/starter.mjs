import process from "node:process";
import { demoAccounts, demoPassword } from "./demo-accounts.mjs";
import { launch } from "./instance.mjs";
import { endTools, loadEnv, progress, Sentence } from "./setup.mjs";

const portals = {
  console: ["Operator console", "/", `password ${demoPassword}`],
  supplier: ["Supplier portal", "/supplier", `password ${demoPassword}`],
  leader: ["Leader pages", "/leader", "code by SMS: the administrator reads it at /messages"],
};

/** Every role's demo sign-in, by the portal it opens. */
function signIns(baseUrl) {
  const wide = Math.max(...demoAccounts.map(({ login }) => login.length));
  return Object.entries(portals).flatMap(([key, [title, place, secret]]) => [
    `  ${title}  ${baseUrl}${place}  (${secret})`,
    ...demoAccounts
      .filter(({ portal }) => portal === key)
      .map(({ role, login, name }) => `    ${role.padEnd(14)} ${login.padEnd(wide)}  ${name}`),
    "",
  ]);
}

function words(args) {
  const known = new Set(["--empty", "--dev"]);
  const unknown = args.find((arg) => !known.has(arg));
  if (unknown) throw new Sentence(`npm start knows --empty and --dev, not ${unknown}.`);
  return { empty: args.includes("--empty"), dev: args.includes("--dev") };
}

/** `npm start`: brings the whole of Lintuan up, says where it is, and takes it all down again at Ctrl-C. */
export async function start(args) {
  let instance;
  let stopping = false;
  async function stop(code) {
    if (stopping) return;
    stopping = true;
    endTools();
    await instance?.stop();
    process.exit(code);
  }
  const ask = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      ask.abort();
      stop(0);
    });
  }
  try {
    const { empty, dev } = words(args);
    loadEnv();
    process.stderr.write("\n  邻团 Lintuan\n\n");
    instance = await launch({ dev, demo: !empty, show: progress(), signal: ask.signal });
    instance.ended.then(async (sentence) => {
      if (stopping) return;
      process.stderr.write(`\n  ${sentence}\n`);
      await stop(1);
    });
    const lines = ["", `  Lintuan is ready: ${instance.baseUrl}`, ""];
    if (instance.firstAdministrator) {
      lines.push(
        "  Create the first administrator by this link; it works once:",
        `  ${instance.firstAdministrator}`,
        "",
      );
    }
    if (instance.hasDemo) lines.push(...signIns(instance.baseUrl));
    lines.push(`  Data and logs: ${instance.dataDir}`, "  Ctrl-C ends everything.", "");
    process.stdout.write(`${lines.join("\n")}\n`);
  } catch (error) {
    if (stopping) return;
    process.stderr.write(`\n  ${error instanceof Sentence ? error.message : error.stack}\n\n`);
    await stop(1);
  }
}
