/**
 * What a server action answers to the form that called it. `message` is a whole sentence in the reader's language.
 * `fields` maps an input's name to the sentence under it; `redirect` is followed by the browser after success.
 */
export type ActionAnswer =
  | { ok: true; message?: string; redirect?: string; undo?: UndoOffer; value?: string }
  | {
      ok: false;
      message: string;
      code?: string;
      fields?: Record<string, string>;
      requestId?: string;
      /** Refused because the record was changed meanwhile: by whom, when and what, newest first, in the reader's words. */
      meanwhile?: ChangeMade[];
    };

export type ChangeMade = {
  id: string;
  at: string;
  who: string;
  what: string;
  changes: { field: string; before: string | null; after: string | null }[];
};

/** An inverse the person may still take: the form data to send to the same screen's undo action. */
export type UndoOffer = { values: Record<string, string> };

/** The shape of every server action a form, a confirm dialog, a bulk bar or a reveal calls (that of `useActionState`). */
export type FormAction = (previous: ActionAnswer | null, form: FormData) => Promise<ActionAnswer>;
