import "server-only";
import { hash, verify } from "@node-rs/argon2";
import { Refusal } from "#lib/kernel/refusal";
import { shared } from "#lib/platform/shared";

/** argon2id with OWASP's first choice: 19 MiB, two passes, one lane (the library's defaults). */
export const hashPassword = (password: string): Promise<string> => hash(password.normalize("NFKC"));

const nobody = shared("identity.nobody", () => hash("nobody has this password"));

/** Takes the same time whether or not there is such a person. */
export async function passwordMatches(stored: string | null | undefined, given: string): Promise<boolean> {
  const right = await verify(stored ?? (await nobody), given.normalize("NFKC"));
  return right && stored !== null && stored !== undefined;
}

/** Refuses: invalid, when it is the address itself, a single character repeated, or a plain run. */
export function checkPassword(password: string, email: string | null): void {
  const text = password.toLowerCase();
  const local = email?.split("@")[0] ?? "";
  const steps = [...text].slice(1).map((c, i) => (c.codePointAt(0) ?? 0) - (text.codePointAt(i) ?? 0));
  const isRun = new Set(steps).size <= 1;
  if (isRun || new Set(text).size < 4 || (local.length >= 4 && text.includes(local))) {
    throw new Refusal("passwordWeak", {}, [{ field: "password", code: "passwordWeak" }]);
  }
}
