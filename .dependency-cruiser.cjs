/**
 * Who may import whom (DESIGN.md, "Dependency direction"). Type-only imports are seen too (tsPreCompilationDeps), and
 * allowed where they cost nothing at run time.
 */
const AT_RUN_TIME = { dependencyTypesNot: ["type-only"] };
const OWN = "^(app|components|lib|server|e2e)/";
const BROWSER_LIB = "^lib/(contract|choices|chunked-log|sql-text|patterns/stages)\\.ts$";
const TEST = "\\.test\\.tsx?$";

module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      comment:
        "Files that need each other at run time are one file, or three. A type may look back: it is gone by then.",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: AT_RUN_TIME },
    },
    {
      name: "resolvable",
      comment: "An import that resolves to nothing is checked by nobody.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "packages-are-listed",
      comment: "What is imported stands in package.json.",
      severity: "error",
      from: { path: OWN },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
    },
    {
      name: "no-development-packages-when-running",
      comment: "Tests, the bench and the set-up may use devDependencies; what runs may not.",
      severity: "error",
      from: { path: "^(app|components|lib|server)/", pathNot: [TEST, "^server/(bench|setup)/"] },
      to: { dependencyTypes: ["npm-dev"], ...AT_RUN_TIME },
    },
    {
      name: "app-imports-components-and-lib",
      severity: "error",
      from: { path: "^app/" },
      to: { path: "^(server|e2e)/" },
    },
    {
      name: "components-know-contracts-only",
      comment: "The browser gets events and panels. Of the rest of lib it may know types.",
      severity: "error",
      from: { path: "^components/", pathNot: TEST },
      to: { path: OWN, pathNot: ["^components/", BROWSER_LIB, "^lib/events\\.ts$"], ...AT_RUN_TIME },
    },
    {
      name: "components-know-no-app-and-no-server",
      severity: "error",
      from: { path: "^components/" },
      to: { path: "^(app|server|e2e)/" },
    },
    {
      name: "components-know-no-pattern",
      comment: "No pattern by name: stages come through lib/patterns/stages.",
      severity: "error",
      from: { path: "^components/", pathNot: TEST },
      to: { path: "^lib/patterns/[^/]+/" },
    },
    {
      name: "no-zod-in-the-first-load",
      comment: "The browser has types of the schemas; the schemas themselves (lib/events) it loads lazily.",
      severity: "error",
      from: { path: ["^components/", BROWSER_LIB, "^lib/patterns/[^/]+/stage\\.ts$"], pathNot: TEST },
      to: { path: ["^lib/events\\.ts$", "node_modules/zod/"], dynamic: false, ...AT_RUN_TIME },
    },
    {
      name: "components-run-in-the-browser",
      severity: "error",
      from: { path: "^components/", pathNot: TEST },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "server-imports-lib",
      severity: "error",
      from: { path: "^server/", pathNot: "^server/bench/" },
      to: { path: "^(app|components|e2e)/" },
    },
    {
      name: "lib-imports-lib",
      severity: "error",
      from: { path: "^lib/" },
      to: { path: "^(app|components|server|e2e)/" },
    },
    {
      name: "lib-knows-no-next-and-no-react",
      severity: "error",
      from: { path: "^lib/" },
      to: { path: "node_modules/(next|react|react-dom)/" },
    },
    {
      name: "patterns-know-no-other-pattern",
      severity: "error",
      from: { path: "^lib/patterns/([^/]+)/" },
      to: { path: "^lib/patterns/[^/]+/", pathNot: "^lib/patterns/$1/" },
    },
    {
      name: "patterns-get-everything-from-their-context",
      comment:
        "At run time a pattern imports the contract, the events, its own folder, what its family shares, and zod. The rest is types.",
      severity: "error",
      from: { path: "^lib/patterns/([^/]+)/", pathNot: TEST },
      to: {
        pathNot: ["^lib/(contract|events)\\.ts$", "^lib/patterns/$1/", "^lib/families/", "node_modules/zod/"],
        ...AT_RUN_TIME,
      },
    },
    {
      name: "families-know-no-pattern",
      comment: "What the patterns of a family share stands below them; only its schema.ts brings zod.",
      severity: "error",
      from: { path: "^lib/families/", pathNot: TEST },
      to: { pathNot: ["^lib/(contract|events)\\.ts$", "^lib/families/", "node_modules/zod/"], ...AT_RUN_TIME },
    },
    {
      name: "families-are-light",
      severity: "error",
      from: { path: "^lib/families/", pathNot: [TEST, "/schema\\.ts$"] },
      to: { path: ["node_modules/zod/", "^lib/events\\.ts$", "/schema\\.ts$"], ...AT_RUN_TIME },
    },
    {
      name: "patterns-touch-no-node",
      severity: "error",
      from: { path: "^lib/(patterns/[^/]+|families)/", pathNot: TEST },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "stages-load-no-schema",
      comment: "A stage runs in the browser; pattern.ts brings zod.",
      severity: "error",
      from: { path: "^lib/patterns/[^/]+/stage\\.ts$" },
      to: { path: ["^lib/patterns/[^/]+/pattern\\.ts$", "node_modules/zod/"], ...AT_RUN_TIME },
    },
    {
      name: "end-to-end-tests-use-the-outside",
      comment: "They may know lib's types; what they drive is the page and the API.",
      severity: "error",
      from: { path: "^e2e/" },
      to: { path: "^(app|components|lib|server)/", ...AT_RUN_TIME },
    },
    {
      name: "end-to-end-tests-know-no-page-code",
      severity: "error",
      from: { path: "^e2e/" },
      to: { path: "^(app|components|server)/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
