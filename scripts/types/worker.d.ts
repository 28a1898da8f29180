// What the service worker is given by scripts/finish_site.mjs, and what browsers have that TypeScript's own list lacks.

interface ServiceWorkerGlobalScope {
  /** The version of the site and what it consists of, path to hash: what the page needs to start, and the rest. */
  SITE?: { version: string; first: Record<string, string>; later: Record<string, string> };
}

interface WorkerNavigator {
  /** https://wicg.github.io/netinfo/: Chromium has it. */
  readonly connection?: { readonly saveData?: boolean };
}
