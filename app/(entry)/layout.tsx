import type { ReactNode } from "react";
import { EntryShell } from "#components/shell/entry-shell";
import { Words } from "#components/shell/words";

export default function EntryLayout({ children }: { children: ReactNode }) {
  return (
    <Words>
      <EntryShell>{children}</EntryShell>
    </Words>
  );
}
