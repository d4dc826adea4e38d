package chart

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"godev.io/gitops"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Object is one of the installation's.
type Object = *unstructured.Unstructured

// Key names an object in an installation; its namespace is left to whoever installs it.
func Key(o Object) string {
	return o.GetKind() + "/" + o.GetName()
}

// Kustomize gives the objects that "kubectl kustomize" makes of a folder.
func Kustomize(folder string) ([]Object, error) {
	cmd := exec.Command("kubectl", "kustomize", folder)
	cmd.Stderr = os.Stderr
	text, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("kubectl kustomize %s: %w", folder, err)
	}
	return gitops.Objects(text)
}

// sources are the kustomizations that the other forms of the installation are made from.
type sources struct {
	base, hostFolders, available, monitoring []Object
	// on which nodes more than one replica are
	spread []any
}

func read(deploy string) (sources, error) {
	var s sources
	for folder, into := range map[string]*[]Object{
		"manifests": &s.base, "host-folders": &s.hostFolders, "ha": &s.available, "monitoring": &s.monitoring,
	} {
		objects, err := Kustomize(filepath.Join(deploy, folder))
		if err != nil {
			return sources{}, err
		}
		*into = objects
	}
	two, err := find(s.available, "Deployment/godev-operator")
	if err != nil {
		return sources{}, err
	}
	constraints, found, err := unstructured.NestedSlice(two.Object, "spec", "template", "spec", spreadField)
	if err != nil || !found {
		return sources{}, fmt.Errorf("the Deployment of deploy/ha has no %s: %w", spreadField, err)
	}
	s.spread = constraints
	s.hostFolders = beyond(s.hostFolders, s.base)
	s.available = beyond(s.available, s.base)
	return s, nil
}

// beyond gives the objects of an overlay that its base has not.
func beyond(overlay, base []Object) []Object {
	known := map[string]bool{}
	for _, o := range base {
		known[Key(o)] = true
	}
	var more []Object
	for _, o := range overlay {
		if !known[Key(o)] {
			more = append(more, o)
		}
	}
	return more
}

func find(objects []Object, key string) (Object, error) {
	for _, o := range objects {
		if Key(o) == key {
			return o, nil
		}
	}
	return nil, fmt.Errorf("deploy/manifests has no %s", key)
}

// file is the name of an object's file.
func file(o Object) string {
	return strings.ToLower(o.GetKind()) + "-" + strings.ReplaceAll(o.GetName(), ".", "-") + ".yaml"
}
