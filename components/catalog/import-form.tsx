"use client";
import { useTranslations } from "next-intl";
import { SelectField } from "#components/ui/fields";
import { FileField } from "#components/ui/file-field";
import { Form } from "#components/ui/form";
import { useForm } from "#components/ui/form-state";
import { Progress } from "#components/ui/progress";
import type { FormAction } from "#lib/kernel/answer";

function Busy() {
  const t = useTranslations("catalog.imports");
  const { pending } = useForm();
  return pending ? <Progress value={null} label={t("checking")} /> : null;
}

/** Drop a file, choose whose it is, and have it checked; nothing is imported yet. */
export function ImportForm({
  action,
  suppliers,
  supplierId,
}: {
  action: FormAction;
  suppliers?: { id: string; name: string }[];
  supplierId?: string;
}) {
  const t = useTranslations("catalog.imports");
  return (
    <Form action={action} submit={t("check")} guard={false}>
      {suppliers && (
        <SelectField
          name="supplierId"
          label={t("supplier")}
          defaultValue={supplierId}
          options={suppliers.map((s) => ({ value: s.id, label: s.name }))}
        />
      )}
      <FileField name="file" label={t("file")} accept=".xlsx,.csv" kinds=".xlsx、.csv" maxMegabytes={20} />
      <Busy />
    </Form>
  );
}
