package gitops

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// wanted says for each recorded state what a GitOps tool has to make of it.
var wanted = map[string][]string{
	"Current": {
		"answers", "a-change-is-built-beside-the-program", "a-change-waits-for-a-restart", "job-ended", "suspended",
	},
	"InProgress": {
		"new-as-the-api-server-shows-it", "changed-and-not-seen-yet", "no-pod-yet", "not-scheduled-yet", "no-node",
		"volumes-are-mounted", "image-is-pulled", "source-is-fetched", "between-steps", "has-yet-to-answer",
		"does-not-answer", "evicted", "lost", "ends", "suspending",
	},
	"Failed": {
		"no-image", "modules-fail", "modules-are-tried-again", "build-is-killed", "no-Secret", "program-is-killed",
		"crash-loop", "server-ended", "name-taken", "refused", "refused-beside-a-program-that-answers",
		"name-taken-and-refused", "rejected", "rejected-beside-a-program-that-answers",
		"rejected-and-the-last-accepted-spec-runs", "rejected-and-the-last-accepted-spec-starts",
	},
	"Terminating": {"deleted"},
}

// bare is an environment as it is stored before its first status, which no client is shown: the definition's default
// stands in for it. kstatus would call it Current.
const bare = "new-without-status"

func recorded(t *testing.T) map[string]*unstructured.Unstructured {
	t.Helper()
	files, err := filepath.Glob("testdata/states/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*unstructured.Unstructured{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		objects, err := Objects(text)
		if err != nil || len(objects) != 1 {
			t.Fatalf("%s: %d objects, %v", file, len(objects), err)
		}
		all[strings.TrimSuffix(filepath.Base(file), ".yaml")] = objects[0]
	}
	return all
}

func TestEveryStateIsWhatKstatusSays(t *testing.T) {
	states := recorded(t)
	seen := map[string]bool{bare: true}
	for want, names := range wanted {
		for _, name := range names {
			seen[name] = true
			t.Run(name, func(t *testing.T) {
				object, is := states[name]
				if !is {
					t.Fatal("not recorded: run \"make generate\"")
				}
				health, err := Kstatus(object)
				if err != nil {
					t.Fatal(err)
				}
				if health.Status != want {
					t.Errorf("kstatus says %s (%s), not %s", health.Status, health.Message, want)
				}
			})
		}
	}
	for name := range states {
		if !seen[name] {
			t.Errorf("%s is recorded: say in this test what it has to be", name)
		}
	}
}

func TestWithoutTheDefaultOfTheDefinitionANewEnvironmentWouldCountAsSettled(t *testing.T) {
	health, err := Kstatus(recorded(t)[bare])
	if err != nil {
		t.Fatal(err)
	}
	if health.Status != "Current" {
		t.Errorf("kstatus says %s of an object without status: is the default still needed?", health.Status)
	}
}

func TestTheDefinitionGivesAnEnvironmentThatNobodyHasSeenAStatus(t *testing.T) {
	text, err := os.ReadFile("../crds/godevenvironments.godev.io-v1.yml")
	if err != nil {
		t.Fatal(err)
	}
	crds, err := Objects(text)
	if err != nil {
		t.Fatal(err)
	}
	versions, _, err := unstructured.NestedSlice(crds[0].Object, "spec", "versions")
	if err != nil {
		t.Fatal(err)
	}
	observed, found, err := unstructured.NestedInt64(versions[0].(map[string]any),
		"schema", "openAPIV3Schema", "properties", "status", "default", "observedGeneration")
	if err != nil || !found || observed != -1 {
		t.Errorf("status.default.observedGeneration is %d (%v), not -1", observed, err)
	}
}

func TestArgoCDSaysTheSameAsKstatus(t *testing.T) {
	for name, object := range recorded(t) {
		t.Run(name, func(t *testing.T) {
			kstatus, err := Kstatus(object)
			if err != nil {
				t.Fatal(err)
			}
			argo, err := ArgoCD(HealthScript, object)
			if err != nil {
				t.Fatal(err)
			}
			want := healths[kstatus.Status]
			if name == bare {
				want = "Progressing"
			}
			if argo.Status != want || argo.Message == "" {
				t.Errorf("Argo CD says %q (%q), kstatus %s", argo.Status, argo.Message, kstatus.Status)
			}
		})
	}
}

func TestArgoCDTellsWhatIsMissing(t *testing.T) {
	states := recorded(t)
	for name, words := range map[string]string{
		"modules-fail":                 "GoSumMissing",
		"rejected":                     "spec.go",
		"no-node":                      "Unschedulable",
		"suspended":                    "Suspended as spec.mode asks",
		"a-change-waits-for-a-restart": "image of dev: a → b",
	} {
		health, err := ArgoCD(HealthScript, states[name])
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(health.Message, words) {
			t.Errorf("%s: %q does not say %q", name, health.Message, words)
		}
	}
}

func TestAScriptThatNeedsMoreThanArgoCDGivesFails(t *testing.T) {
	for _, script := range []string{`return string.format("x")`, `return "Healthy"`, `while true do end`} {
		if health, err := ArgoCD(script, &unstructured.Unstructured{Object: map[string]any{}}); err == nil {
			t.Errorf("%s: %v", script, health)
		}
	}
}
