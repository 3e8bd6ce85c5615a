import type { ReactNode } from "react";
import { Words } from "#components/shell/words";

export default function PrintLayout({ children }: { children: ReactNode }) {
  return <Words only={["ui", "shell"]}>{children}</Words>;
}
