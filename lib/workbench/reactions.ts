import "server-only";
import type { Sweep } from "#lib/platform/sweep";
import { sweepFiles } from "./work";

export const sweeps: Sweep[] = [{ name: "workbench.files", everySeconds: 300, run: sweepFiles }];
