// Package monitoring checks the alert rules and the dashboard with Prometheus' own parser and engine.
package monitoring

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/promql/promqltest"
	"gopkg.in/yaml.v3"
)

type rule struct {
	Alert       string
	Expr        string
	For         string
	Labels      map[string]string
	Annotations map[string]string
}

func rules(t *testing.T) []rule {
	t.Helper()
	var file struct {
		Spec struct {
			Groups []struct{ Rules []rule }
		}
	}
	read(t, "alerts.yaml", yaml.Unmarshal, &file)
	return file.Spec.Groups[0].Rules
}

type panel struct {
	ID          int
	Type        string
	Title       string
	Description string
	Targets     []struct{ Expr string }
	Datasource  struct{ UID string }
	GridPos     struct{ X, Y, W, H int }
}

func panels(t *testing.T) []panel {
	t.Helper()
	var file struct{ Panels []panel }
	read(t, "dashboard.json", json.Unmarshal, &file)
	return file.Panels
}

func read(t *testing.T, name string, unmarshal func([]byte, any) error, into any) {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := unmarshal(content, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// firing says for each alert which series make it fire, and which do not.
var firing = map[string]struct{ yes, no string }{
	"GodevOperatorHasNoLeader": {
		`godev_leading{pod="a"} 0x60`,
		`godev_leading{pod="a"} 1x60
		 godev_leading{pod="b"} 0x60`,
	},
	"GodevOperatorHasTwoLeaders": {
		`godev_leading{pod="a"} 1x60
		 godev_leading{pod="b"} 1x60`,
		`godev_leading{pod="a"} 1x60
		 godev_leading{pod="b"} 0x60`,
	},
	"GodevEnvironmentsStuck": {`godev_environments_stuck 1x60`, `godev_environments_stuck 0x60`},
	"GodevReconciliationsFail": {
		`godev_reconciliations_seconds_count{outcome="failed"} 0+6x60
		 godev_reconciliations_seconds_count{outcome="succeeded"} 0+4x60`,
		`godev_reconciliations_seconds_count{outcome="failed"} 0+4x60
		 godev_reconciliations_seconds_count{outcome="succeeded"} 0+6x60`,
	},
	"GodevApiServerFails": {
		`godev_api_requests_total{resource="pods",code="503"} 0+10x60`,
		`godev_api_requests_total{resource="pods",code="403"} 0+10x60
		 godev_api_requests_total{resource="pods",code="503"} 0+1x60`,
	},
	"GodevReconcilerBehind": {`godev_reconciliations_waiting 101x60`, `godev_reconciliations_waiting 100x60`},
	"GodevStartsSlow": {
		`godev_startup_seconds_bucket{phase="total",le="300"} 0+8x60
		 godev_startup_seconds_bucket{phase="total",le="600"} 0+10x60
		 godev_startup_seconds_bucket{phase="total",le="+Inf"} 0+10x60`,
		`godev_startup_seconds_bucket{phase="total",le="300"} 0+10x60
		 godev_startup_seconds_bucket{phase="total",le="600"} 0+10x60
		 godev_startup_seconds_bucket{phase="total",le="+Inf"} 0+10x60`,
	},
	"GodevOperatorMemory": {
		`jvm_memory_used_bytes{area="heap",pod="a",id="x"} 95x60
		 jvm_memory_max_bytes{area="heap",pod="a",id="x"} 100x60`,
		`jvm_memory_used_bytes{area="heap",pod="a",id="x"} 80x60
		 jvm_memory_max_bytes{area="heap",pod="a",id="x"} 100x60`,
	},
}

func TestEachAlertFiresWhenItShouldAndOnlyThen(t *testing.T) {
	for _, r := range rules(t) {
		t.Run(r.Alert, func(t *testing.T) {
			series, known := firing[r.Alert]
			if !known {
				t.Fatal("say in this test when it fires")
			}
			if !fires(t, r.Expr, series.yes) {
				t.Errorf("does not fire with\n%s", series.yes)
			}
			if fires(t, r.Expr, series.no) {
				t.Errorf("fires with\n%s", series.no)
			}
		})
	}
}

func fires(t *testing.T, expr, series string) bool {
	t.Helper()
	storage := promqltest.LoadedStorage(t, "load 1m\n"+series)
	defer storage.Close()
	engine := promqltest.NewTestEngine(t, false, 0, promqltest.DefaultMaxSamplesPerQuery)
	query, err := engine.NewInstantQuery(t.Context(), storage, nil, expr, time.Unix(0, 0).Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	result := query.Exec(t.Context())
	if result.Err != nil {
		t.Fatal(result.Err)
	}
	return len(result.Value.(promql.Vector)) > 0
}

func TestAlertsSayWhatToDo(t *testing.T) {
	for _, r := range rules(t) {
		if _, err := time.ParseDuration(r.For); err != nil {
			t.Errorf("%s: %v", r.Alert, err)
		}
		if !slices.Contains([]string{"critical", "warning", "info"}, r.Labels["severity"]) {
			t.Errorf("%s: severity %q", r.Alert, r.Labels["severity"])
		}
		if r.Annotations["summary"] == "" || r.Annotations["description"] == "" {
			t.Errorf("%s: summary and description", r.Alert)
		}
	}
}

func TestPanelsCanBeReadAndDoNotOverlap(t *testing.T) {
	ids := map[int]bool{}
	cells := map[[2]int]string{}
	for _, p := range panels(t) {
		if ids[p.ID] {
			t.Errorf("%s: id %d twice", p.Title, p.ID)
		}
		ids[p.ID] = true
		for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
			for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
				if other, taken := cells[[2]int{x, y}]; taken || x >= 24 {
					t.Fatalf("%s at %d,%d: there is %q", p.Title, x, y, other)
				}
				cells[[2]int{x, y}] = p.Title
			}
		}
		if p.Type == "row" {
			continue
		}
		if p.Title == "" || p.Description == "" || len(p.Targets) == 0 {
			t.Errorf("panel %d: title, description and a target", p.ID)
		}
		if p.Datasource.UID != "${datasource}" {
			t.Errorf("%s: data source %q", p.Title, p.Datasource.UID)
		}
	}
}

func TestOnlyMetricsThatThereAreAreUsed(t *testing.T) {
	page, err := os.ReadFile("../../docs/reference/metrics.md")
	if err != nil {
		t.Fatal(err)
	}
	var known []string
	for _, row := range regexp.MustCompile("(?m)^\\| `(\\w+)`").FindAllSubmatch(page, -1) {
		known = append(known, string(row[1]))
	}
	used := map[string]bool{}
	for _, expr := range expressions(t) {
		tree, err := parser.ParseExpr(expr)
		if err != nil {
			t.Errorf("%s: %v", expr, err)
			continue
		}
		parser.Inspect(tree, func(n parser.Node, _ []parser.Node) error {
			if selector, is := n.(*parser.VectorSelector); is {
				used[selector.Name] = true
			}
			return nil
		})
	}
	for name := range used {
		base := regexp.MustCompile("_(bucket|count|sum)$").ReplaceAllString(name, "")
		if !slices.Contains(known, name) && !slices.Contains(known, base) && !strings.HasPrefix(name, "jvm_") {
			t.Errorf("%s is none of the operator's metrics", name)
		}
	}
	for _, name := range known {
		if !used[name] && !used[name+"_bucket"] && !used[name+"_count"] {
			t.Errorf("%s is neither in an alert nor on the dashboard", name)
		}
	}
}

func expressions(t *testing.T) []string {
	var all []string
	for _, r := range rules(t) {
		all = append(all, r.Expr)
	}
	for _, p := range panels(t) {
		for _, target := range p.Targets {
			all = append(all, target.Expr)
		}
	}
	return all
}
