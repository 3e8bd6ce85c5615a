"use client";
import { keepPreviousData, QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTopic } from "./live";

/** Holds the cache of live reads; the console's frame has one. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const [client] = useState(
    () => new QueryClient({ defaultOptions: { queries: { staleTime: 2000, refetchOnWindowFocus: true, retry: 1 } } }),
  );
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}

const never: readonly string[] = [];

/**
 * A read of `GET /api/console/<name>` that is read again when something under `topics` has changed: starts with what the server
 * rendered, keeps the old answer while the next one comes. `everyMs`
 * also reads in between, for what time alone changes. Refuses: an Error holding the problem's sentence.
 */
export function useLive<T extends object>(
  name: string,
  params: Record<string, string>,
  options: { initial?: T; topics?: readonly string[]; enabled?: boolean; everyMs?: number } = {},
) {
  const search = new URLSearchParams(params).toString();
  const query = useQuery<T>({
    queryKey: [name, search],
    enabled: options.enabled,
    queryFn: async ({ signal }) => {
      const answer = await fetch(`/api/console/${name}?${search}`, { signal });
      const body: unknown = await answer.json();
      if (!answer.ok)
        throw new Error(
          typeof body === "object" && body && "title" in body ? String(body.title) : String(answer.status),
        );
      return body as T;
    },
    initialData: options.initial,
    refetchInterval: options.everyMs,
    placeholderData: keepPreviousData,
  });
  useTopic(options.enabled === false ? never : (options.topics ?? never), () => void query.refetch());
  return query;
}
