package chart

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"godev.io/gitops"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

const (
	deploy = "../../.."
	folder = deploy + "/helm/godev-operator"
)

// kubectl and helm are those of the test cluster, built once per pinned version.
func TestMain(m *testing.M) {
	cmd := exec.CommandContext(context.Background(), "go", "run", "-trimpath", "./cmd/testcluster", "programs", "kubernetes", "helm")
	cmd.Dir = filepath.Join(deploy, "..", "testcluster")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		panic(errors.Join(errors.New("kubectl and helm cannot be had"), err))
	}
	path := append(strings.Fields(string(out)), os.Getenv("PATH"))
	if err := os.Setenv("PATH", strings.Join(path, string(os.PathListSeparator))); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

func helm(t *testing.T, args ...string) (string, error) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "helm", args...).CombinedOutput()
	return string(out), err
}

func render(t *testing.T, args ...string) map[string]Object {
	t.Helper()
	out, err := helm(t, append([]string{"template", "godev-operator", folder}, args...)...)
	if err != nil {
		t.Fatalf("helm template %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	objects, err := gitops.Objects([]byte(out))
	if err != nil {
		t.Fatal(err)
	}
	return byKey(t, objects)
}

func kustomized(t *testing.T, folders ...string) map[string]Object {
	t.Helper()
	var all []Object
	for _, f := range folders {
		objects, err := Kustomize(filepath.Join(deploy, f))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, objects...)
	}
	return byKey(t, all)
}

func byKey(t *testing.T, objects []Object) map[string]Object {
	t.Helper()
	all := map[string]Object{}
	for _, o := range objects {
		if _, twice := all[Key(o)]; twice {
			t.Errorf("%s is there twice", Key(o))
		}
		all[Key(o)] = o
	}
	return all
}

func TestTheFilesAreThoseOfTheKustomizations(t *testing.T) {
	out := t.TempDir()
	if err := Write(deploy, out); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"helm", "namespaced/roles.yaml"} {
		if diff, err := exec.CommandContext(t.Context(), "diff", "-ru", filepath.Join(deploy, name), filepath.Join(out, name)).Output(); err != nil {
			t.Errorf("run \"make generate\" and commit the result: %v\n%s", err, diff)
		}
	}
}

func TestHelmHasNothingToSayAgainstTheChart(t *testing.T) {
	for _, values := range []string{"", "replicas=2", "namespaces={a,b}", "hostPaths={/srv}", "monitoring.enabled=true"} {
		if out, err := helm(t, "lint", "--strict", folder, "--set", values); err != nil {
			t.Errorf("helm lint with %q: %v\n%s", values, err, out)
		}
	}
}

// The chart and the kustomizations are two forms of one installation.
func TestTheChartGivesTheObjectsOfTheKustomizations(t *testing.T) {
	for name, c := range map[string]struct {
		kustomizations []string
		arguments      []string
	}{
		"without values": {[]string{"manifests"}, nil},
		"two replicas":   {[]string{"ha"}, []string{"--set", "replicas=2"}},
		"host folders": {[]string{"host-folders"},
			[]string{"--set", "hostPaths={/run/desktop/mnt/host/c/Users}"}},
		"monitoring":    {[]string{"manifests", "monitoring"}, []string{"--set", "monitoring.enabled=true"}},
		"one namespace": {[]string{"namespaced"}, []string{"--namespace", "godev", "--set", "namespaces={godev},crds.install=false"}},
	} {
		t.Run(name, func(t *testing.T) {
			want := kustomized(t, c.kustomizations...)
			// helm makes it, with --create-namespace
			delete(want, "Namespace/godev-system")
			got := render(t, append([]string{"--namespace", "godev-system"}, c.arguments...)...)
			for key, o := range got {
				if o.GetKind() == "CustomResourceDefinition" {
					keptOnUninstall(t, o)
				}
				if key == "Deployment/godev-operator" && name == "one namespace" {
					// the kustomization does not know the name of the namespace
					ownNamespace(t, o)
				}
			}
			for key, o := range want {
				if _, is := got[key]; !is {
					t.Errorf("the chart has no %s", key)
					continue
				}
				if diff := cmp.Diff(o.Object, got[key].Object); diff != "" {
					t.Errorf("%s (-kustomization +chart):\n%s", key, diff)
				}
				delete(got, key)
			}
			for key := range got {
				t.Errorf("only the chart has %s", key)
			}
		})
	}
}

func keptOnUninstall(t *testing.T, o Object) {
	t.Helper()
	annotations := o.GetAnnotations()
	if annotations["helm.sh/resource-policy"] != "keep" {
		t.Errorf("helm uninstall would delete %s, and with it every object of it", Key(o))
	}
	delete(annotations, "helm.sh/resource-policy")
	if len(annotations) == 0 {
		annotations = nil
	}
	o.SetAnnotations(annotations)
}

func ownNamespace(t *testing.T, o Object) {
	t.Helper()
	containers, _, err := unstructured.NestedSlice(o.Object, "spec", "template", "spec", "containers")
	if err != nil {
		t.Fatal(err)
	}
	for _, variable := range containers[0].(map[string]any)["env"].([]any) {
		if v := variable.(map[string]any); v["name"] == "GODEV_NAMESPACES" && v["value"] == "godev" {
			delete(v, "value")
			v["valueFrom"] = map[string]any{"fieldRef": map[string]any{"fieldPath": "metadata.namespace"}}
		}
	}
	if err := unstructured.SetNestedSlice(o.Object, containers, "spec", "template", "spec", "containers"); err != nil {
		t.Fatal(err)
	}
}

func TestTheComponentPutsTheHealthCheckIntoArgoCDsConfigMap(t *testing.T) {
	// a component is read by a relative path alone
	dir, err := os.MkdirTemp(".", "argocd-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	for name, text := range map[string]string{
		"kustomization.yaml": "resources: [cm.yaml]\ncomponents: [../../../argocd]\n",
		"cm.yaml":            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: argocd-cm}\ndata: {url: theirs}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	objects, err := Kustomize(dir)
	if err != nil {
		t.Fatal(err)
	}
	data, _, err := unstructured.NestedStringMap(objects[0].Object, "data")
	if err != nil {
		t.Fatal(err)
	}
	if data["url"] != "theirs" || data["resource.customizations.health.godev.io_GoDevEnvironment"] != gitops.HealthScript {
		t.Errorf("the ConfigMap has %v", data)
	}
}

func TestSeveralNamespacesHaveTheRolesEach(t *testing.T) {
	out, err := helm(t, "template", "godev-operator", folder, "--namespace", "ops", "--set", "namespaces={a,b}")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	objects, err := gitops.Objects([]byte(out))
	if err != nil {
		t.Fatal(err)
	}
	var places []string
	for _, o := range objects {
		if o.GetKind() == "RoleBinding" && o.GetName() == "godev-operator" {
			places = append(places, o.GetNamespace())
			subjects, _, err := unstructured.NestedSlice(o.Object, "subjects")
			if err != nil || subjects[0].(map[string]any)["namespace"] != "ops" {
				t.Errorf("%s is for %v (%v)", Key(o), subjects, err)
			}
		}
	}
	slices.Sort(places)
	if !slices.Equal(places, []string{"a", "b"}) {
		t.Errorf("bindings in %v", places)
	}
}

func TestValuesTheChartCannotUseAreRefused(t *testing.T) {
	for _, values := range []string{
		"replicas=many", "replica=2", "namespaces=team", "namespaces={Team}", "hostPaths={srv}", "hostPaths={/srv/}", "image.operator=",
	} {
		if out, err := helm(t, "template", "godev-operator", folder, "--set", values); err == nil || !strings.Contains(out, "schema") {
			t.Errorf("%s: %v\n%s", values, err, out)
		}
	}
}

func TestWithoutRightsOnTheClusterNothingOfTheClusterIsInstalled(t *testing.T) {
	known, err := scopesOf(values(kustomized(t, "manifests")))
	if err != nil {
		t.Fatal(err)
	}
	for key, o := range kustomized(t, "namespaced") {
		if o.GetNamespace() != "godev" {
			t.Errorf("%s is in %q", key, o.GetNamespace())
		}
		if o.GetKind() != "Role" {
			continue
		}
		rules, _, err := unstructured.NestedSlice(o.Object, "rules")
		if err != nil {
			t.Fatal(err)
		}
		for _, rule := range rules {
			for _, resource := range rule.(map[string]any)["resources"].([]any) {
				if !known[resource.(string)] {
					t.Errorf("%s gives rights to %s, which no Role can", key, resource)
				}
			}
		}
	}
}

func values(of map[string]Object) []Object {
	var all []Object
	for _, o := range of {
		all = append(all, o)
	}
	return all
}

func TestARightToSomethingThatNobodyPlacedIsNamed(t *testing.T) {
	role := &unstructured.Unstructured{Object: map[string]any{
		"kind": "ClusterRole", "metadata": map[string]any{"name": "godev-operator"},
		"rules": []any{map[string]any{"resources": []any{"pods", "comets"}, "verbs": []any{"get"}}},
	}}
	known, err := scopesOf(nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := roles([]Object{role}, known); err == nil || !strings.Contains(err.Error(), "comets") {
		t.Errorf("%v", err)
	}
}
