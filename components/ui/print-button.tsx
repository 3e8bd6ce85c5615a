"use client";
import { Printer } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "./button";
import { Icon } from "./icon";

/** Prints the page as it stands. */
export function PrintButton() {
  const t = useTranslations("ui.actions");
  return (
    <Button icon={<Icon of={Printer} />} onClick={() => print()}>
      {t("print")}
    </Button>
  );
}
