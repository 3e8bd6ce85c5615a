import { api } from "#lib/api/app";

/** The public API for hosts that run Next alone, and in development; the server's own fast path answers it otherwise. */
const handle = (request: Request) => api.fetch(request);

export { handle as DELETE, handle as GET, handle as POST, handle as PUT };
