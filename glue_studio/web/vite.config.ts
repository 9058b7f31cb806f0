import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react()],
  // the server puts a new nonce in its place with every page
  html: { cspNonce: "__CSP_NONCE__" },
  build: { target: "es2022", chunkSizeWarningLimit: 2000, reportCompressedSize: false },
  test: { environment: "jsdom" },
});
