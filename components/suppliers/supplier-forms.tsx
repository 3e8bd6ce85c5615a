"use client";
import { useTranslations } from "next-intl";
import { DialogButton } from "#components/ui/dialog";
import { CheckboxGroup, DateField, NumberField, SelectField, TextField } from "#components/ui/fields";
import { FileField } from "#components/ui/file-field";
import { FieldRow, Form } from "#components/ui/form";
import type { FormAction } from "#lib/kernel/answer";
import { documentKinds } from "#lib/suppliers/rules";
import type { SupplierRecord } from "#lib/suppliers/schema";
import { ContractFields } from "./contract-fields";

type Choice = { id: string; name: string };

export function EditSupplierButton(props: { supplier: SupplierRecord; action: FormAction }) {
  const t = useTranslations("suppliers");
  return (
    <DialogButton label={t("record.edit")} title={t("record.edit")}>
      <SupplierForm {...props} />
    </DialogButton>
  );
}

/** Contact, address and account of a supplier. */
export function SupplierForm({ supplier, action }: { supplier: SupplierRecord; action: FormAction }) {
  const t = useTranslations("suppliers");
  return (
    <Form
      merge
      action={action}
      submit={t("record.save")}
      values={{ supplierId: supplier.id, version: supplier.version }}
    >
      <FieldRow>
        <TextField name="contactName" label={t("fields.contactName")} defaultValue={supplier.contactName} />
        <TextField
          name="phone"
          label={t("fields.phone")}
          hint={`${t("record.keepPhone")} ${supplier.phone}`}
          required={false}
          inputMode="tel"
        />
      </FieldRow>
      <TextField name="address" label={t("fields.address")} defaultValue={supplier.address ?? ""} required={false} />
      <FieldRow>
        <TextField
          name="bankHolder"
          label={t("fields.bankHolder")}
          defaultValue={supplier.bankHolder ?? ""}
          required={false}
        />
        <TextField
          name="bankName"
          label={t("fields.bankName")}
          defaultValue={supplier.bankName ?? ""}
          required={false}
        />
      </FieldRow>
      <TextField
        name="bankAccount"
        label={t("fields.bankAccount")}
        hint={t("record.keepAccount", { tail: supplier.bankAccount ?? "—" })}
        required={false}
        inputMode="numeric"
        autoComplete="off"
      />
    </Form>
  );
}

export function EditTermsButton({
  supplier,
  action,
  categories,
  cities,
}: {
  supplier: SupplierRecord;
  action: FormAction;
  categories: Choice[];
  cities: Choice[];
}) {
  const t = useTranslations("suppliers");
  return (
    <DialogButton label={t("record.editTerms")} title={t("record.editTerms")} dialogSize="wide" size="small">
      <Form
        merge
        action={action}
        submit={t("record.save")}
        values={{ supplierId: supplier.id, version: supplier.version }}
      >
        <CheckboxGroup
          name="categoryIds"
          label={t("fields.categoryIds")}
          columns={3}
          options={categories.map((c) => ({ value: c.id, label: c.name }))}
          defaultValues={supplier.categoryIds}
        />
        <CheckboxGroup
          name="cityIds"
          label={t("fields.cityIds")}
          columns={3}
          options={cities.map((c) => ({ value: c.id, label: c.name }))}
          defaultValues={supplier.cityIds}
        />
        <NumberField
          name="autoAcceptMinutes"
          label={t("record.autoAccept")}
          hint={t("record.autoAcceptHint")}
          unit="min"
          min={0}
          max={720}
          defaultValue={supplier.autoAcceptMinutes}
        />
      </Form>
    </DialogButton>
  );
}

export function RenewContractButton({ supplier, action }: { supplier: SupplierRecord; action: FormAction }) {
  const t = useTranslations("suppliers.contract");
  return (
    <DialogButton label={t("renew")} title={t("renew")} size="small">
      <Form
        merge
        action={action}
        submit={t("renew")}
        values={{ supplierId: supplier.id, version: supplier.contract?.version ?? 0 }}
      >
        <p className="text-muted">{t("renewText")}</p>
        <ContractFields current={supplier.contract} />
      </Form>
    </DialogButton>
  );
}

export function AddPaperButton({
  supplierId,
  action,
  tone,
}: {
  supplierId: string;
  action: FormAction;
  tone?: "primary" | "plain";
}) {
  const t = useTranslations("suppliers");
  return (
    <DialogButton label={t("record.addPaper")} title={t("record.addPaper")} tone={tone} size="small">
      <Form action={action} submit={t("record.addPaper")} values={{ supplierId }}>
        <p className="text-muted">{t("record.addPaperText")}</p>
        <SelectField
          name="kind"
          label={t("record.paperKind")}
          options={documentKinds.map((kind) => ({ value: kind, label: t(`documents.${kind}`) }))}
        />
        <FieldRow>
          <TextField name="number" label={t("record.number")} required={false} />
          <DateField name="expiresDay" label={t("apply.expiresOptional")} required={false} />
        </FieldRow>
        <FileField name="file" label={t("record.file")} capture />
      </Form>
    </DialogButton>
  );
}

export function AddStaffButton({ supplierId, action }: { supplierId: string; action: FormAction }) {
  const t = useTranslations("suppliers");
  return (
    <DialogButton label={t("record.addStaff")} title={t("record.addStaff")} size="small">
      <Form action={action} submit={t("record.addStaff")} values={{ supplierId }}>
        <FieldRow>
          <TextField name="name" label={t("record.staffName")} />
          <TextField name="phone" label={t("fields.phone")} inputMode="tel" />
        </FieldRow>
      </Form>
    </DialogButton>
  );
}
