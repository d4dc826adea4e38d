// Package podsecurity holds the pods that the operator plans against Kubernetes' own checks and test data of Pod Security.
package podsecurity

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
	"sigs.k8s.io/yaml"
)

const resources = "../resources"

// refusal says why a pod is not let in where restricted is enforced, and is empty if it is let in.
func refusal(t *testing.T, pod corev1.Pod) string {
	t.Helper()
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks())
	if err != nil {
		t.Fatal(err)
	}
	level := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	results := evaluator.EvaluatePod(level, &pod.ObjectMeta, &pod.Spec)
	if len(results) == 0 {
		t.Fatal("nothing was checked")
	}
	result := policy.AggregateCheckResults(results)
	return result.ForbiddenDetail()
}

func pods(t *testing.T, file string) []corev1.Pod {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var pods []corev1.Pod
	for _, document := range bytes.Split(text, []byte("\n---\n")) {
		var pod corev1.Pod
		if err := yaml.UnmarshalStrict(document, &pod); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if pod.Kind == "Pod" {
			pods = append(pods, pod)
		}
	}
	return pods
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no files %s (%v)", pattern, err)
	}
	return files
}

// kubernetes' files of the latest version, each a pod that is refused.
func failureCases(t *testing.T) []string {
	t.Helper()
	module, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "k8s.io/pod-security-admission").Output()
	if err != nil {
		t.Fatal(err)
	}
	versions := glob(t, filepath.Join(strings.TrimSpace(string(module)), "test/testdata/restricted/v1.*"))
	latest := slices.MaxFunc(versions, func(a, b string) int {
		return len(a)*100 + strings.Compare(a, b) - len(b)*100
	})
	return glob(t, filepath.Join(latest, "fail/*.yaml"))
}

var number = regexp.MustCompile(`\d*\.yaml$`)

func kind(file string) string {
	return number.ReplaceAllString(filepath.Base(file), "")
}

func TestEveryFailureCaseIsRefusedByTheChecks(t *testing.T) {
	for _, file := range failureCases(t) {
		for _, pod := range pods(t, file) {
			if refusal(t, pod) == "" {
				t.Errorf("%s is let in", filepath.Base(file))
			}
		}
	}
}

func TestEveryKindOfFailureCaseIsTriedBySomeSpec(t *testing.T) {
	// Given
	text, err := os.ReadFile(filepath.Join(resources, "podsecurity/attempts.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var attempts []struct {
		Cases string `json:"cases"`
	}
	if err := yaml.Unmarshal(text, &attempts); err != nil {
		t.Fatal(err)
	}

	// When
	tried, cases := map[string]bool{}, map[string]bool{}
	for _, attempt := range attempts {
		tried[attempt.Cases] = true
	}
	files := failureCases(t)
	for _, file := range files {
		cases[kind(file)] = true
	}

	// Then
	t.Logf("%d failure cases of %d kinds, %d attempts", len(files), len(cases), len(attempts))
	if !maps.Equal(tried, cases) {
		t.Errorf("tried are %v, and the cases are %v", slices.Sorted(maps.Keys(tried)), slices.Sorted(maps.Keys(cases)))
	}
}

func TestNoPlannedPodIsRefused(t *testing.T) {
	files := append(glob(t, filepath.Join(resources, "golden/*/out-Pod-*.yaml")), filepath.Join(resources, "podsecurity/pods.yaml"))
	count := 0
	for _, file := range files {
		for _, pod := range pods(t, file) {
			count++
			if why := refusal(t, pod); why != "" {
				t.Errorf("%s: %s", file, why)
			}
		}
	}
	if count < len(files) {
		t.Errorf("only %d pods in %d files", count, len(files))
	}
	t.Logf("%d pods", count)
}
