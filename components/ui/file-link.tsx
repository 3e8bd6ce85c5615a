import { FileText, Image as ImageGlyph } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Icon } from "./icon";

/** A stored file: opens in a new tab; served by a handler that asks the policy. */
export function FileLink({
  href,
  name,
  bytes,
  note,
  picture,
}: {
  href: string;
  name: string;
  bytes?: number;
  note?: ReactNode;
  picture?: boolean;
}) {
  const t = useTranslations("ui.files");
  return (
    <a
      href={href}
      target="_blank"
      rel="noopener"
      className="flex min-w-0 items-center gap-2.5 rounded-chip py-1 hover:bg-surface-secondary"
    >
      <span className="grid size-8 flex-none place-items-center rounded-chip bg-surface-tertiary text-muted">
        <Icon of={picture ? ImageGlyph : FileText} />
      </span>
      <span className="min-w-0">
        <span className="link block truncate">{name}</span>
        <span className="block text-xs text-muted">
          {bytes !== undefined && t("size", { size: (bytes / 1_048_576).toFixed(bytes < 1_048_576 ? 2 : 1) })} {note}
        </span>
      </span>
    </a>
  );
}
