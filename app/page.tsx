import { redirect } from "next/navigation";
import { requireActor } from "#app/_adapters/session";
import { homeOf } from "#lib/identity/rules";

/** Everybody lands on the page of their own day. */
export default async function Home() {
  redirect(homeOf(await requireActor()));
}
