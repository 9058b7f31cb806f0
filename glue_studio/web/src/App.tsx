import TopNavigation from "@cloudscape-design/components/top-navigation";
import { lazy, Suspense } from "react";
import Spinner from "@cloudscape-design/components/spinner";
import { answer, api } from "./api/client";
import { useLoaded } from "./shared/load";
import { useMode } from "./shared/mode";
import { ErrorBoundary } from "./shared/ErrorBoundary";
import { useRoute } from "./shared/route";
import { FlowPage } from "./flow/FlowPage";

const JobPage = lazy(() => import("./canvas/JobPage"));
const QueryPage = lazy(() => import("./query/QueryPage"));
const RunsPage = lazy(() => import("./runs/RunsPage"));

export function App() {
  const [dark, setDark] = useMode();
  const route = useRoute();
  const studio = useLoaded("studio", () => answer(api.GET("/api/studio")));
  const hasAws = !!studio.value?.has_aws;
  const place = studio.value ? `${studio.value.jobs}, tables in ${studio.value.lake}, run by ${studio.value.engine}` : "";
  return (
    <div className="studio">
      <TopNavigation
        identity={{ href: "#/", title: "Glue Studio on this machine" }}
        utilities={[
          { type: "button", text: "Jobs", href: "#/" },
          { type: "button", text: "Query", href: "#/query" },
          { type: "button", text: "Runs", href: "#/runs" },
          {
            type: "button",
            text: dark ? "Light" : "Dark",
            ariaLabel: dark ? "Use light colours" : "Use dark colours",
            onClick: () => setDark(!dark),
          },
        ]}
        i18nStrings={{ overflowMenuTriggerText: "More", overflowMenuTitleText: "All" }}
      />
      <main className="page" title={place}>
        <ErrorBoundary key={route.page}>
          <Suspense fallback={<Spinner size="large" />}>
            {route.page === "flow" && <FlowPage dark={dark} hasAws={hasAws} />}
            {route.page === "job" && <JobPage key={route.name} job={route.name} dark={dark} hasAws={hasAws} />}
            {route.page === "query" && <QueryPage dark={dark} />}
            {route.page === "runs" && <RunsPage runId={route.name} />}
          </Suspense>
        </ErrorBoundary>
      </main>
    </div>
  );
}
