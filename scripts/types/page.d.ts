// What the page's scripts share with each other and with the wizard, and what browsers have that TypeScript's own list
// lacks. The protocol between scripts and WebAssembly is described in web/shortcuts.js and web/project/dialog.js.

interface Window {
  /** An English message in the page's language; undefined for what is no message. Set by locale.js. */
  dunnageSay?: (english: string, ...values: (string | number)[]) => string | undefined;
  /** Adds a style to the page, by its name from there. Set by boot.js. */
  dunnageStyle: (name: string) => Promise<unknown>;
  /** https://wicg.github.io/file-system-access/: Chromium has it. */
  showDirectoryPicker(options?: { id?: string; mode?: "read" | "readwrite" }): Promise<FileSystemDirectoryHandle>;
}

interface FileSystemHandle {
  /** https://wicg.github.io/file-system-access/: where `showDirectoryPicker` is, this is too. */
  requestPermission(descriptor?: { mode?: "read" | "readwrite" }): Promise<PermissionState>;
}

interface Navigator {
  /** https://wicg.github.io/netinfo/: Chromium has it. */
  readonly connection?: { readonly saveData?: boolean };
}

interface DocumentEventMap {
  /** A button asks for a tab of the project module. */
  bring: CustomEvent<string>;
  /** The wizard asks for a view. */
  "wizard-show": CustomEvent<string>;
}
