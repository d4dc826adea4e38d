package compat

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"
)

const (
	released = "../../testdata/released"
	current  = "../../../crds"
	main     = released + "/0.1.0/godevenvironments.godev.io-v1.yml"
)

// accepted are breaks that were weighed, by release and file, each with its reason in a comment.
var accepted = map[string][]string{
	"0.1.0/godevenvironments.godev.io-v1.yml": {
		// the operator alone writes it; any type is let in, as in metav1.Condition, so that a release may have new ones and
		// the one before may follow it
		`status.conditions[*].type: allowed enum values removed : ["Accepted" "Built" "DebuggerReady" "Exposed" "ModulesReady" "PendingRestart" "Ready" "Reconciling" "Running" "SourceReady" "Stalled"]`,
		// users alone write it, and whoever has it got it from this release; before one goes back to the other, specs that have it
		// are set to Retain
		`spec.storage.onDelete: allowed enum values added : ["Archive"]`,
	},
}

func definition(t *testing.T, file string) *apiextensionsv1.CustomResourceDefinition {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var crd apiextensionsv1.CustomResourceDefinition
	if err := yaml.UnmarshalStrict(text, &crd); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return &crd
}

func TestWhatWasReleasedStillWorks(t *testing.T) {
	files, err := filepath.Glob(released + "/*/*.yml")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d released definitions, %v", len(files), err)
	}
	for _, file := range files {
		name, err := filepath.Rel(released, file)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) {
			breaks, err := Breaks(definition(t, file), definition(t, filepath.Join(current, filepath.Base(file))))
			if err != nil {
				t.Fatal(err)
			}
			weighed := map[string]bool{}
			for _, text := range accepted[name] {
				weighed[text] = true
			}
			for _, text := range breaks {
				if !weighed[text] {
					t.Errorf("breaks who uses the release: %s", text)
				}
				delete(weighed, text)
			}
			for text := range weighed {
				t.Errorf("accepted, and not there: %s", text)
			}
		})
	}
}

type schema = apiextensionsv1.JSONSchemaProps

// at changes a schema of the definition's only version.
func at(crd *apiextensionsv1.CustomResourceDefinition, change func(*schema), path ...string) {
	var walk func(*schema, []string)
	walk = func(s *schema, rest []string) {
		if len(rest) == 0 {
			change(s)
			return
		}
		if rest[0] == "[]" {
			walk(s.Items.Schema, rest[1:])
			return
		}
		child, is := s.Properties[rest[0]]
		if !is {
			panic("no " + strings.Join(path, "."))
		}
		walk(&child, rest[1:])
		s.Properties[rest[0]] = child
	}
	walk(crd.Spec.Versions[0].Schema.OpenAPIV3Schema, path)
}

func number(n float64) *float64 { return &n }

func length(n int64) *int64 { return &n }

func TestABreakIsNamedWithItsField(t *testing.T) {
	for name, c := range map[string]struct {
		path   string // of the schema that is changed
		change func(*schema)
		want   []string // words of the one break; none: it breaks nothing
	}{
		"a field is removed": {"spec.run", func(s *schema) { delete(s.Properties, "args") }, []string{"spec.run.args"}},
		"a maximum is lowered": {"spec.debug.port", func(s *schema) { s.Maximum = number(4000) },
			[]string{"spec.debug.port", "4000"}},
		"a minimum is raised": {"spec.debug.port", func(s *schema) { s.Minimum = number(39999) },
			[]string{"spec.debug.port", "39999"}},
		"a list gets shorter": {"spec.run.args", func(s *schema) { s.MaxItems = length(1) }, []string{"spec.run.args", "1"}},
		"a text gets shorter": {"spec.run.package", func(s *schema) { s.MaxLength = length(3) },
			[]string{"spec.run.package", "3"}},
		"a field becomes required": {"spec.run", func(s *schema) { s.Required = append(s.Required, "args") },
			[]string{"spec.run", "args"}},
		"a type changes":     {"spec.debug.port", func(s *schema) { s.Type = "string" }, []string{"spec.debug.port", "string"}},
		"a value is removed": {"spec.mode", func(s *schema) { s.Enum = s.Enum[:1] }, []string{"spec.mode", "Suspended"}},
		"a field of a list's entries is removed": {"spec.run.ports.[]",
			func(s *schema) { delete(s.Properties, "protocol") }, []string{"spec.run.ports", "protocol"}},
		"a pattern is added": {"spec.profiling", func(s *schema) { s.Pattern = "^x$" }, []string{"spec.profiling", "^x$"}},
		"a rule is added": {"spec.run",
			func(s *schema) {
				s.XValidations = append(s.XValidations, apiextensionsv1.ValidationRule{Rule: "size(self.args) > 0"})
			},
			[]string{"spec.run", "size(self.args) > 0"}},
		"an optional field is added": {"spec.run", func(s *schema) { s.Properties["nice"] = schema{Type: "integer"} }, nil},
		"an optional field with a rule is added": {"spec.run", func(s *schema) {
			s.Properties["nice"] = schema{Type: "integer"}
			s.XValidations = append(s.XValidations, apiextensionsv1.ValidationRule{Rule: "!has(self.nice) || self.nice > 0"})
		}, nil},
		"a maximum is raised":    {"spec.run.args", func(s *schema) { s.MaxItems = length(1 << 20) }, nil},
		"a description changes":  {"spec.mode", func(s *schema) { s.Description = "Other words." }, nil},
		"a rule is taken away":   {"spec.source", func(s *schema) { s.XValidations = nil }, nil},
		"nothing changes at all": {"spec", func(*schema) {}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			before, after := definition(t, main), definition(t, main)
			at(after, c.change, strings.Split(c.path, ".")...)
			breaks, err := Breaks(before, after)
			if err != nil {
				t.Fatal(err)
			}
			if c.want == nil {
				if len(breaks) != 0 {
					t.Errorf("breaks %q", breaks)
				}
				return
			}
			if len(breaks) != 1 {
				t.Fatalf("%d breaks: %q", len(breaks), breaks)
			}
			for _, words := range c.want {
				if !strings.Contains(breaks[0], words) {
					t.Errorf("%q does not say %q", breaks[0], words)
				}
			}
		})
	}
}

// A default that the API server writes into a spec is a difference between Git and cluster to some tools.
func TestNoDefinitionFillsInASpec(t *testing.T) {
	files, err := filepath.Glob(current + "/*.yml")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d definitions, %v", len(files), err)
	}
	for _, file := range files {
		for _, version := range definition(t, file).Spec.Versions {
			spec := version.Schema.OpenAPIV3Schema.Properties["spec"]
			for _, path := range defaults("spec", &spec) {
				t.Errorf("%s: %s has a default: it belongs into resolve.Completion", file, path)
			}
		}
	}
}

func defaults(path string, s *schema) []string {
	var found []string
	if s.Default != nil {
		found = append(found, path)
	}
	for name, child := range s.Properties {
		found = append(found, defaults(path+"."+name, &child)...)
	}
	if s.Items != nil {
		found = append(found, defaults(path+"[]", s.Items.Schema)...)
	}
	if s.AdditionalProperties != nil && s.AdditionalProperties.Schema != nil {
		found = append(found, defaults(path+"{}", s.AdditionalProperties.Schema)...)
	}
	return found
}
