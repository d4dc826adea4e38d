// Package chart makes the installation's other forms from the kustomizations: the Roles of deploy/namespaced, and the
// Helm chart.
package chart

import (
	"bytes"
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"
)

// namespace is where the kustomizations install the operator.
const namespace = "godev-system"

const made = "# Made by \"make generate\" from the kustomizations in deploy.\n"

//go:embed static
var static embed.FS

// Write makes all files anew, below deploy.
func Write(deploy, out string) error {
	s, err := read(deploy)
	if err != nil {
		return err
	}
	files, err := s.files()
	if err != nil {
		return err
	}
	chart := filepath.Join(out, "helm", "godev-operator")
	if err := os.RemoveAll(chart); err != nil {
		return err
	}
	for name, text := range files {
		path := filepath.Join(out, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// files are the texts by their paths below deploy.
func (s sources) files() (map[string]string, error) {
	known, err := scopesOf(s.base)
	if err != nil {
		return nil, err
	}
	ofNamespace, err := roles(s.base, known)
	if err != nil {
		return nil, err
	}
	var roleFile bytes.Buffer
	roleFile.WriteString(made + "# Why each right is needed stands in ../manifests/rbac.yaml.\n")
	for _, o := range ofNamespace {
		text, err := yaml.Marshal(o.Object)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&roleFile, "---\n%s", text)
	}
	files := map[string]string{"namespaced/roles.yaml": roleFile.String()}
	if err := s.chart(files, ofNamespace); err != nil {
		return nil, err
	}
	return files, nil
}

func (s sources) chart(files map[string]string, ofNamespace []Object) error {
	const folder = "helm/godev-operator/"
	values, err := s.values()
	if err != nil {
		return err
	}
	for _, name := range []string{"Chart.yaml", "values.yaml", "values.schema.json", "templates/NOTES.txt"} {
		text, err := static.ReadFile("static/" + strings.TrimPrefix(name, "templates/"))
		if err != nil {
			return err
		}
		filled := string(text)
		for key, value := range values {
			filled = strings.ReplaceAll(filled, "<"+key+">", value)
		}
		files[folder+name] = filled
	}
	add := func(o Object, wrap func(string) string) error {
		text, err := s.template(o)
		if err != nil {
			return err
		}
		files[folder+"templates/"+file(o)] = "{{- /* Made by \"make generate\" from the kustomizations in deploy. */ -}}\n" + wrap(text)
		return nil
	}
	for _, o := range s.base {
		if o.GetKind() == "Namespace" {
			// helm makes it, with --create-namespace
			continue
		}
		if err := add(o, condition(o)); err != nil {
			return err
		}
	}
	for _, o := range ofNamespace {
		if err := add(o, inEach); err != nil {
			return err
		}
	}
	for _, extra := range []struct {
		objects []Object
		when    string
	}{
		{s.hostFolders, ".Values.hostPaths"},
		{s.available, "gt (int .Values.replicas) 1"},
		{s.monitoring, ".Values.monitoring.enabled"},
	} {
		for _, o := range extra.objects {
			if err := add(o, when(extra.when)); err != nil {
				return err
			}
		}
	}
	return nil
}
