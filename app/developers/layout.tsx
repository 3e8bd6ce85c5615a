import type { ReactNode } from "react";
import { EntryShell } from "#components/shell/entry-shell";

/** Public: whoever builds on the API needs no account to read about it. */
export default function DevelopersLayout({ children }: { children: ReactNode }) {
  return <EntryShell>{children}</EntryShell>;
}
