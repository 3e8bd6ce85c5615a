import "server-only";
import { forbidden, notFound } from "next/navigation";
import { isRefusal } from "#lib/kernel/refusal";

/** Reads for a page: what the actor may not see becomes the not-found page, what the role may not do the forbidden panel. */
export async function page<T>(query: () => Promise<T>): Promise<T> {
  try {
    return await query();
  } catch (error) {
    if (isRefusal(error) && error.code === "notFound") notFound();
    if (isRefusal(error) && error.code === "forbidden") forbidden();
    throw error;
  }
}
