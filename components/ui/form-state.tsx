"use client";
import { createContext, useContext } from "react";

/** What the fields of one form know: the sentences under them, whether it is being sent, and where to report an own fault. */
export type FormState = {
  problems: Record<string, string>;
  pending: boolean;
  /** Counts submissions that were refused: fields may drop stale own problems. */
  round: number;
};

export const FormContext = createContext<FormState>({ problems: {}, pending: false, round: 0 });
export const useForm = (): FormState => useContext(FormContext);

/** Set by a dialog around a form: called once the form's action has succeeded. */
export const CloseOnSuccess = createContext<(() => void) | null>(null);
