/**
 * Who acts and what they may do. Promises: an Actor is made only from a checked session or token; every deed is
 * listed in `rules.ts`; the same table draws the button and guards the command; what an actor may not see is "not found".
 */

import { z } from "zod/mini";
import { isPhone } from "../kernel/check";
import type { ListSpec } from "../kernel/list";

export const roles = [
  "administrator",
  "merchandiser",
  "operations",
  "finance",
  "support",
  "auditor",
  "warehouse",
  "driver",
] as const;
export type Role = (typeof roles)[number];

export type Actor = {
  kind: "operator" | "supplier" | "leader" | "resident" | "system";
  /** The user's, resident's or process's id. */
  id: string;
  name: string;
  roles: readonly Role[];
  /** Cities an operator is limited to; empty means all. */
  cityIds: readonly string[];
  /** Warehouses (warehouse) or routes (driver) a person is limited to; empty means all. */
  siteIds: readonly string[];
  supplierId: string | null;
  supplierRole: "owner" | "staff" | null;
  leaderId: string | null;
  /** Address and device the request came from, for the audit log. */
  origin: string | null;
};

/** A process of ours (worker, seed, channel notice); the name says which. */
export const systemActor = (name: string): Actor => ({
  kind: "system",
  id: `system:${name}`,
  name,
  roles: [],
  cityIds: [],
  siteIds: [],
  supplierId: null,
  supplierRole: null,
  leaderId: null,
  origin: null,
});

export const anonymous: Actor = { ...systemActor("anonymous"), kind: "resident", id: "anonymous" };

/** A mobile number as typed: spaces and dashes fall away. */
export const phone = z
  .pipe(
    z.string(),
    z.transform((text: string) => text.replace(/[\s-]/g, "")),
  )
  .check(z.refine(isPhone, "phone"));
export const email = z
  .pipe(
    z.string(),
    z.transform((text: string) => text.trim().toLowerCase()),
  )
  .check(z.refine((text) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) && text.length <= 200, "email"));
export const personName = z.string().check(z.trim(), z.minLength(1), z.maxLength(40));
export const reason = z.string().check(z.trim(), z.minLength(2, "reasonRequired"), z.maxLength(300));
/** Long enough to need no rules about kinds of characters (NIST SP 800-63B). */
export const newPassword = z.string().check(z.minLength(10, "passwordShort"), z.maxLength(200));

const ids = z.array(z.string().check(z.minLength(1), z.maxLength(40)));
const someRoles = z.array(z.enum(roles));

export const smsCodeInput = z.object({ phone });
export const inviteOperatorInput = z.object({ name: personName, email, roles: someRoles, cityIds: ids, siteIds: ids });
export const acceptInvitationInput = z
  .object({
    token: z.string().check(z.minLength(20), z.maxLength(100)),
    password: newPassword,
    again: z.string(),
    name: z.optional(personName),
    email: z.optional(email),
  })
  .check(z.refine((given) => given.password === given.again, { path: ["again"], message: "passwordsDiffer" }));
export const inviteMemberInput = z.object({
  name: personName,
  email,
  phone: z.optional(phone),
  role: z.enum(["owner", "staff"]),
});
const seenVersion = z.optional(z.coerce.number().check(z.int()));
export const changeRolesInput = z.object({ userId: z.string(), version: seenVersion, roles: someRoles, reason });
export const limitPersonInput = z.object({
  userId: z.string(),
  version: seenVersion,
  cityIds: ids,
  siteIds: ids,
  reason,
});
export const userInput = z.object({ userId: z.string(), reason });
export const inviteAgainInput = z.object({ userId: z.string() });
export const revokeSignInInput = z.object({ signInId: z.string() });

/** What may be revealed, by the table and field it stands in. */
export const piiFields = [
  "user.phone",
  "resident.phone",
  "leader.phone",
  "leader.realName",
  "leaderApplication.phone",
  "supplier.phone",
  "supplier.identity",
  "supplier.bankAccount",
  "supplierApplication.phone",
] as const;
export type PiiField = (typeof piiFields)[number];
export const revealInput = z.object({
  field: z.enum(piiFields),
  subject: z.string().check(z.minLength(1), z.maxLength(40)),
  reason,
});

/** One row of the list of people. Instants are the wall's. */
/** What the list of people may be asked. */
export const personListSpec = {
  views: ["operators", "suppliers", "leaders", "all"],
  sorts: ["-createdAt", "name"],
  filters: { state: ["invited", "active", "disabled"], role: roles },
  fields: {
    state: ["invited", "active", "disabled"],
    role: roles,
    name: "text",
    email: "text",
    phoneTail: "text",
    createdAt: "moment",
    lastSignInAt: "moment",
    allCities: "yes",
  },
} as const satisfies ListSpec;

export type PersonRow = {
  id: string;
  kind: "operator" | "supplier" | "leader";
  name: string;
  login: string;
  roles: readonly Role[];
  supplierRole: "owner" | "staff" | null;
  belongsTo: string | null;
  cities: readonly string[];
  sites: readonly string[];
  state: "invited" | "active" | "disabled";
  lastSignInAt: Date | null;
};

export type PersonRecord = PersonRow & {
  email: string | null;
  hasPhone: boolean;
  phoneMasked: string;
  cityIds: readonly string[];
  siteIds: readonly string[];
  version: number;
  createdAt: Date;
  sessions: readonly {
    id: string;
    via: string;
    createdAt: Date;
    lastSeenAt: Date;
    ip: string | null;
    device: string;
  }[];
};

/** What may be chosen to limit a person: cities, and warehouses with their routes. */
export type ScopeChoices = {
  cities: { id: string; name: string }[];
  sites: { id: string; name: string; kind: "warehouse" | "route" }[];
};
