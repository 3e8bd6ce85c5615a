import { getTranslations } from "next-intl/server";
import { readList } from "#app/_adapters/list";
import { page } from "#app/_adapters/page";
import { LinkDialog } from "#components/identity/link-dialog";
import { PeopleTable } from "#components/identity/people-table";
import { Empty } from "#components/ui/empty";
import { CheckboxGroup, TextField } from "#components/ui/fields";
import { FieldRow } from "#components/ui/form";
import { PageFrame } from "#components/ui/page-frame";
import { personList } from "#lib/identity/lists";
import { scopeChoices } from "#lib/identity/queries/people";
import { can } from "#lib/identity/rules";
import { personListSpec, roles } from "#lib/identity/schema";
import type { SearchParams } from "#lib/kernel/list";
import { invite } from "./actions";

export async function generateMetadata() {
  return { title: (await getTranslations("identity.people"))("title") };
}

export default async function PeoplePage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const [t, tp] = await Promise.all([getTranslations("identity"), getTranslations("identity.people")]);
  const { actor, props } = await readList(personList, await searchParams, tp);
  const choices = await page(() => scopeChoices(actor));
  return (
    <PageFrame
      title={t("people.title")}
      actions={
        can(actor, "people.edit") && (
          <LinkDialog
            label={t("people.invite")}
            title={t("people.inviteTitle")}
            text={t("people.inviteText")}
            submit={t("people.inviteSubmit")}
            action={invite}
            tone="primary"
          >
            <FieldRow>
              <TextField name="name" label={t("people.name")} maxLength={40} autoComplete="off" />
              <TextField name="email" label={t("people.email")} type="email" inputMode="email" autoComplete="off" />
            </FieldRow>
            <CheckboxGroup
              name="roles"
              label={t("people.roles")}
              hint={t("people.rolesHint")}
              columns={2}
              options={roles.map((role) => ({ value: role, label: t(`roles.${role}`) }))}
            />
            <CheckboxGroup
              name="cityIds"
              label={t("people.cities")}
              hint={t("people.citiesHint")}
              columns={3}
              options={choices.cities.map((city) => ({ value: city.id, label: city.name }))}
            />
            <CheckboxGroup
              name="siteIds"
              label={t("people.sites")}
              hint={t("people.sitesHint")}
              columns={2}
              options={choices.sites.map((site) => ({ value: site.id, label: site.name }))}
            />
          </LinkDialog>
        )
      }
    >
      <PeopleTable
        {...props}
        search={t("people.search")}
        filters={[
          {
            key: "role",
            label: t("people.role"),
            options: roles.map((role) => ({ value: role, label: t(`roles.${role}`) })),
          },
          {
            key: "state",
            label: t("people.state"),
            options: personListSpec.filters.state.map((state) => ({
              value: state,
              label: t(`people.states.${state}`),
            })),
          },
        ]}
        empty={<Empty text={t("people.empty")} padded={false} />}
      />
    </PageFrame>
  );
}
