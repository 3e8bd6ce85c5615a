"use client";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { type Column, idColumn, momentColumn, stateColumn, textColumn } from "#components/ui/columns";
import { DataTable, type ListProps } from "#components/ui/table";
import type { PersonRow } from "#lib/identity/schema";
import { personKind } from "./person-state";

/** Everybody with an account. */
export function PeopleTable(props: ListProps<PersonRow>) {
  const t = useTranslations("identity");
  const columns = useMemo<Column<PersonRow>[]>(
    () => [
      idColumn({ id: "name", head: t("people.name"), text: (p) => p.name, href: (p) => `/people/${p.id}`, sort: true }),
      textColumn({ id: "login", head: t("people.email"), text: (p) => p.login, phone: "second" }),
      textColumn({
        id: "roles",
        head: t("people.roles"),
        grow: true,
        text: (p) =>
          p.kind === "operator" ? p.roles.map((role) => t(`roles.${role}`)).join("、") : t(`people.kinds.${p.kind}`),
        note: (p) =>
          [p.belongsTo, p.supplierRole && t(`people.supplierRoles.${p.supplierRole}`)].filter(Boolean).join(" · "),
      }),
      textColumn({
        id: "scope",
        head: t("people.scope"),
        width: 220,
        text: (p) =>
          p.kind === "operator" ? [...p.cities, ...p.sites].join("、") || t("people.allCities") : p.belongsTo,
      }),
      stateColumn({
        id: "state",
        head: t("people.state"),
        kind: (p) => personKind[p.state],
        word: (p) => t(`people.states.${p.state}`),
      }),
      momentColumn({ id: "lastSignInAt", head: t("people.lastSignIn"), at: (p) => p.lastSignInAt }),
    ],
    [t],
  );
  return (
    <DataTable
      {...props}
      label={t("people.title")}
      columns={columns}
      fieldLabels={{
        state: { word: (value) => t(`people.states.${value as PersonRow["state"]}`) },
        role: { word: (value) => t(`roles.${value as PersonRow["roles"][number]}`) },
        email: t("people.email"),
        phoneTail: t("people.phoneTail"),
        createdAt: t("people.createdAt"),
        allCities: t("people.allCities"),
      }}
      rowHref={(p) => `/people/${p.id}`}
      rowName={(p) => p.name}
    />
  );
}
