import { defineConfig } from '@playwright/test';
import config from './playwright.config.mjs';

/** The configuration for deployments, with a test that fails: `src/edge/redaction.spec.ts` looks at what it leaves. */
export default defineConfig({ ...config, projects: [{ name: 'failing', testMatch: '**/failing.ts' }] });
