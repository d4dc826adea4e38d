package fault

import (
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"godev.io/bench/internal/faultproxy"
)

func TestWhatDiffersFromRunToRunIsNoDifference(t *testing.T) {
	object := func(namespace, uid, at, ip, seconds string) map[string]any {
		return map[string]any{
			"metadata": map[string]any{
				"name": "web", "namespace": namespace, "uid": uid, "resourceVersion": at, "creationTimestamp": at,
				"annotations": map[string]any{"godev.io/spec-hash": uid, "kept": "yes"},
			},
			"spec":   map[string]any{"clusterIP": ip, "ports": []any{map[string]any{"port": int64(80), "nodePort": at}}},
			"status": map[string]any{"message": "built in " + seconds + " s at " + at, "url": "http://web." + namespace + ".svc"},
		}
	}
	one := normal(object("run-1", "u1", "2026-01-01T00:00:00Z", "10.0.0.1", "0.5"), "run-1")
	two := normal(object("run-22", "u2", "2026-01-02T11:22:33.123Z", "10.0.0.2", "12"), "run-22")
	if text := lines(yamlOf(t, one), yamlOf(t, two)); text != "" {
		t.Errorf("differs:\n%s", text)
	}
	changed := object("run-1", "u1", "2026-01-01T00:00:00Z", "10.0.0.1", "0.5")
	changed["metadata"].(map[string]any)["annotations"].(map[string]any)["kept"] = "no"
	text := lines(yamlOf(t, one), yamlOf(t, normal(changed, "run-1")))
	if !strings.Contains(text, `- `) || !strings.Contains(text, `kept: "no"`) || strings.Count(text, "\n") != 2 {
		t.Errorf("not the one line that was changed:\n%s", text)
	}
}

func yamlOf(t *testing.T, value any) string {
	t.Helper()
	text, err := yaml.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestStatesAreCompared(t *testing.T) {
	want := state{objects: map[string]string{"Pod web": "a\nb\n", "Service web": "a\n"}}
	for name, c := range map[string]struct {
		got  map[string]string
		says []string
	}{
		"the same":  {map[string]string{"Pod web": "a\nb\n", "Service web": "a\n"}, nil},
		"missing":   {map[string]string{"Pod web": "a\nb\n"}, []string{"Service web is missing"}},
		"another":   {map[string]string{"Pod web": "a\nb\n", "Service web": "a\n", "Pod two": "x\n"}, []string{"Pod two should not be there"}},
		"different": {map[string]string{"Pod web": "a\nc\n", "Service web": "a\n"}, []string{"Pod web differs", "- b", "+ c"}},
		"twice":     {map[string]string{"Pod web": "a\nb\nb\n", "Service web": "a\n"}, []string{"+ b"}},
	} {
		t.Run(name, func(t *testing.T) {
			text := state{objects: c.got}.difference(want)
			if (text == "") != (c.says == nil) {
				t.Errorf("says %q", text)
			}
			for _, word := range c.says {
				if !strings.Contains(text, word) {
					t.Errorf("does not say %q:\n%s", word, text)
				}
			}
		})
	}
}

func TestAnObjectOfAnotherUIDIsReplaced(t *testing.T) {
	before := state{uids: map[string]string{"Pod web": "1", "Service web": "1", "ConfigMap web": "1"}}
	after := state{uids: map[string]string{"Pod web": "2", "Service web": "1", "Pod two": "1"}}
	if got := replaced(before, after); !slices.Equal(got, []string{"Pod web"}) {
		t.Errorf("%q", got)
	}
}

func TestWritesAreCompared(t *testing.T) {
	write := func(verb, resource string, status int) faultproxy.Write {
		return faultproxy.Write{Verb: verb, Resource: resource, Name: "web", Status: status}
	}
	create, remove := write("create", "pods", 201), write("delete", "pods", 200)
	told := write("patch", "godevenvironments/status", 200)
	want := summarize([]faultproxy.Write{create, told, remove})
	for name, c := range map[string]struct {
		writes []faultproxy.Write
		same   bool
	}{
		"the same":                     {[]faultproxy.Write{create, told, remove}, true},
		"in another order":             {[]faultproxy.Write{remove, create, told}, true},
		"refused once and done then":   {[]faultproxy.Write{write("create", "pods", 409), create, told, remove}, true},
		"never answered and not done":  {[]faultproxy.Write{write("create", "pods", 0), create, told, remove}, true},
		"one more status":              {[]faultproxy.Write{create, told, told, remove}, true},
		"two more statuses":            {[]faultproxy.Write{create, told, told, told, remove}, false},
		"no status at all":             {[]faultproxy.Write{create, remove}, false},
		"a second pod":                 {[]faultproxy.Write{create, create, told, remove}, false},
		"a pod that was not deleted":   {[]faultproxy.Write{create, told}, false},
		"a service nobody asked for":   {[]faultproxy.Write{create, told, remove, write("create", "services", 201)}, false},
		"the pod changed in its place": {[]faultproxy.Write{create, told, remove, write("patch", "pods", 200)}, false},
	} {
		if text := summarize(c.writes).difference(want, 1); (text == "") != c.same {
			t.Errorf("%s: says %q", name, text)
		}
	}
}

func TestTargetsAreCountedByKind(t *testing.T) {
	writes := []faultproxy.Write{{Verb: "create", Resource: "pods", Name: "web"}, {Verb: "delete", Resource: "pods", Name: "web"}, {Verb: "create", Resource: "pods", Name: "web"}}
	want := []target{{1, "create pods web", 1}, {2, "delete pods web", 1}, {3, "create pods web", 2}}
	if got := targets(writes); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}
