package gitops

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// wanted says for each recorded state of an environment what a GitOps tool has to make of it.
var wanted = map[string][]string{
	"Current": {
		"answers", "a-change-is-built-beside-the-program", "a-change-waits-for-a-restart", "job-ended", "suspended",
		"nobody-works-in-it", "suspended-because-nobody-works-in-it", "ends-soon", "suspended-because-its-time-is-over",
		"clamped-by-its-profile", "a-changed-profile-waits-for-a-restart",
	},
	"InProgress": {
		"new-as-the-api-server-shows-it", "changed-and-not-seen-yet", "no-pod-yet", "not-scheduled-yet", "no-node",
		"volumes-are-mounted", "image-is-pulled", "source-is-fetched", "between-steps", "has-yet-to-answer",
		"does-not-answer", "evicted", "lost", "ends", "suspending", "suspending-because-nobody-works-in-it",
		"suspending-because-its-time-is-over",
	},
	"Failed": {
		"no-image", "modules-fail", "modules-are-tried-again", "build-is-killed", "no-Secret", "program-is-killed",
		"crash-loop", "server-ended", "name-taken", "refused", "refused-beside-a-program-that-answers",
		"name-taken-and-refused", "rejected", "rejected-beside-a-program-that-answers",
		"rejected-and-the-last-accepted-spec-runs", "rejected-and-the-last-accepted-spec-starts", "outside-its-profile",
		"no-such-profile", "too-many-in-the-namespace", "too-many-run", "no-room-for-the-one-in-its-place",
	},
	"Terminating": {"deleted"},
}

// wantedOfFleets says the same of fleets.
var wantedOfFleets = map[string][]string{
	"Current": {"ready", "empty"},
	"InProgress": {
		"new-as-the-api-server-shows-it", "changed-and-not-seen-yet", "members-are-made", "members-start",
		"a-template-is-rolled-out", "a-template-is-taken-back",
	},
	"Failed":      {"a-member-fails", "a-name-is-taken", "a-template-is-halted", "a-template-was-taken-back"},
	"Terminating": {"deleted"},
}

// bare is an environment as it is stored before its first status, which no client is shown: the definition's default
// stands in for it. kstatus would call it Current.
const bare = "new-without-status"

func recorded(t *testing.T, folder string) map[string]*unstructured.Unstructured {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", folder, "*.yaml"))
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
	t.Run("environments", func(t *testing.T) { isWhatKstatusSays(t, recorded(t, "states"), wanted) })
	t.Run("fleets", func(t *testing.T) { isWhatKstatusSays(t, recorded(t, "fleets"), wantedOfFleets) })
}

func isWhatKstatusSays(t *testing.T, states map[string]*unstructured.Unstructured, wanted map[string][]string) {
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
	health, err := Kstatus(recorded(t, "states")[bare])
	if err != nil {
		t.Fatal(err)
	}
	if health.Status != "Current" {
		t.Errorf("kstatus says %s of an object without status: is the default still needed?", health.Status)
	}
}

func TestTheDefinitionGivesWhatNobodyHasSeenAStatus(t *testing.T) {
	for _, plural := range []string{"godevenvironments", "godevfleets"} {
		t.Run(plural, func(t *testing.T) {
			text, err := os.ReadFile("../crds/" + plural + ".godev.io-v1.yml")
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
		})
	}
}

func TestArgoCDSaysTheSameAsKstatus(t *testing.T) {
	for _, folder := range []string{"states", "fleets"} {
		for name, object := range recorded(t, folder) {
			t.Run(folder+"/"+name, func(t *testing.T) {
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
}

func TestArgoCDTellsWhatIsMissing(t *testing.T) {
	all := map[string]map[string]*unstructured.Unstructured{
		"states": recorded(t, "states"), "fleets": recorded(t, "fleets"),
	}
	for name, words := range map[string]string{
		"states/modules-fail": "GoSumMissing",
		"states/rejected":     "spec.go",
		"states/no-node":      "Unschedulable",
		"states/suspended":    "Suspended as spec.mode asks",
		"states/suspended-because-nobody-works-in-it":  "godev resume",
		"states/suspended-because-its-time-is-over":    "spec.expiry",
		"states/a-change-waits-for-a-restart":          "image of dev: a → b",
		"states/a-changed-profile-waits-for-a-restart": "environment variable ADDED",
		"states/too-many-run":                          "TooManyRunning",
		"states/no-room-for-the-one-in-its-place":      "QuotaExceeded",
		"fleets/members-start":                         "Not ready yet: b",
		"fleets/a-member-fails":                        "main.go:7: undefined: x",
		"fleets/a-template-was-taken-back":             "Correct spec.template",
	} {
		folder, name, _ := strings.Cut(name, "/")
		health, err := ArgoCD(HealthScript, all[folder][name])
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
