import "server-only";
import { createReadStream } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { env } from "./env";

/** Where bytes are kept: private, by content. On disk by default; another host plugs in here. */
export interface Storage {
  put(name: string, bytes: Buffer): Promise<void>;
  open(name: string): Readable;
  /** Removes a folder and all in it. */
  drop(folder: string): Promise<void>;
}

const root = () => path.resolve(env().DATA_DIR, "files");
const place = (name: string) => {
  if (!/^[0-9a-z_./-]+$/i.test(name) || name.includes("..")) throw new Error(`not a storage name: ${name}`);
  return path.join(root(), name);
};

export const storage: Storage = {
  async put(name, bytes) {
    const target = place(name);
    await mkdir(path.dirname(target), { recursive: true });
    const half = `${target}.${process.pid}.part`;
    await writeFile(half, bytes, { mode: 0o600 });
    await rename(half, target);
  },
  open: (name) => createReadStream(place(name)),
  drop: (folder) => rm(place(folder), { recursive: true, force: true }),
};

/** Several files as one, opened one after the other: what was kept in parts. */
export const openParts = (names: readonly string[]): Readable =>
  Readable.from(
    (async function* () {
      for (const name of names) yield* storage.open(name);
    })(),
    { objectMode: false },
  );
