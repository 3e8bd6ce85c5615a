"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { NumberField, SelectField, TextField } from "#components/ui/fields";
import { FieldRow } from "#components/ui/form";
import type { RouteView } from "#lib/pickup/schema";

export type PointFacts = {
  name: string;
  cityId: string;
  district: string;
  address: string;
  lat: number;
  lng: number;
  routeId: string;
  opensAt: string;
  closesAt: string;
};

/** The fields of a point; the routes follow the city. */
export function PointFields({
  facts,
  cities,
  routes,
}: {
  facts?: PointFacts;
  cities: readonly { id: string; name: string }[];
  routes: readonly RouteView[];
}) {
  const t = useTranslations("pickup");
  const [cityId, setCityId] = useState(facts?.cityId ?? (cities.length === 1 ? (cities[0]?.id ?? "") : ""));
  return (
    <>
      <FieldRow>
        <TextField name="name" label={t("name")} defaultValue={facts?.name} maxLength={60} />
        <SelectField
          name="cityId"
          label={t("city")}
          value={cityId}
          onChange={(event) => setCityId(event.target.value)}
          options={cities.map((c) => ({ value: c.id, label: c.name }))}
          empty={t("choose")}
        />
      </FieldRow>
      <FieldRow>
        <TextField name="district" label={t("district")} defaultValue={facts?.district} maxLength={40} />
        <TextField name="address" label={t("address")} defaultValue={facts?.address} maxLength={120} />
      </FieldRow>
      <FieldRow columns={3}>
        <NumberField name="lat" label={t("lat")} hint={t("coordinateHint")} defaultValue={facts?.lat} step={0.000001} />
        <NumberField name="lng" label={t("lng")} defaultValue={facts?.lng} step={0.000001} />
        <SelectField
          key={cityId}
          name="routeId"
          label={t("route")}
          defaultValue={facts?.cityId === cityId ? facts.routeId : ""}
          options={routes
            .filter((r) => r.cityId === cityId)
            .map((r) => ({ value: r.id, label: `${r.name} · ${r.warehouseName}` }))}
          empty={t("choose")}
        />
      </FieldRow>
      <FieldRow>
        <TextField name="opensAt" label={t("opensAt")} type="time" defaultValue={facts?.opensAt ?? "16:00"} />
        <TextField name="closesAt" label={t("closesAt")} type="time" defaultValue={facts?.closesAt ?? "21:00"} />
      </FieldRow>
    </>
  );
}
