// Package compat says what a new definition of a resource breaks for who uses the released one.
package compat

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/crdify/pkg/config"
	"sigs.k8s.io/crdify/pkg/runner"
	"sigs.k8s.io/crdify/pkg/validations"
)

// Breaks lists what an object that the old definition accepted may meet in the new one, each with the field's path:
// removed fields, narrower bounds, other types, removed values, new required fields, changed patterns and new rules.
// A new optional field breaks nothing.
func Breaks(before, after *apiextensionsv1.CustomResourceDefinition) ([]string, error) {
	checks, err := runner.New(&config.Config{
		UnhandledEnforcement: config.EnforcementPolicyNone,
		Conversion:           config.ConversionPolicyNone,
		Validations: []config.ValidationConfig{
			{Name: "description", Enforcement: config.EnforcementPolicyNone},
			// that of the status is for tools; of the spec there is none, see TestNoDefinitionFillsInASpec
			{Name: "default", Enforcement: config.EnforcementPolicyNone},
		},
	}, runner.DefaultRegistry())
	if err != nil {
		return nil, err
	}
	results := checks.Run(before, after)
	var breaks []string
	for _, result := range results.CRDValidation {
		if result.Name != "existingFieldRemoval" {
			breaks = append(breaks, result.Errors...)
		}
	}
	gone := removed(before, after)
	for _, field := range gone {
		breaks = append(breaks, path(field)+": removed")
	}
	for _, version := range []map[string]map[string][]validations.ComparisonResult{
		results.SameVersionValidation, results.ServedVersionValidation,
	} {
		for _, fields := range version {
			for field, found := range fields {
				if slices.ContainsFunc(gone, func(g string) bool { return within(field, g) }) {
					continue
				}
				for _, result := range found {
					for _, text := range result.Errors {
						breaks = append(breaks, path(field)+": "+text)
					}
				}
			}
		}
	}
	for _, old := range before.Spec.Versions {
		for _, now := range after.Spec.Versions {
			if now.Name == old.Name {
				breaks = append(breaks, tightened(old, now)...)
			}
		}
	}
	slices.Sort(breaks)
	return slices.Compact(breaks), nil
}

func path(field string) string {
	return strings.TrimPrefix(field, "^.")
}

// removed lists the fields that a version has no more, without what was in them: crdify names these one by one, and
// calls their types changed too.
func removed(before, after *apiextensionsv1.CustomResourceDefinition) []string {
	var gone []string
	for _, old := range before.Spec.Versions {
		for _, now := range after.Spec.Versions {
			if now.Name != old.Name {
				continue
			}
			fields := validations.FlattenCRDVersion(now)
			for field := range validations.FlattenCRDVersion(old) {
				if _, is := fields[field]; !is {
					gone = append(gone, field)
				}
			}
		}
	}
	slices.Sort(gone)
	return slices.DeleteFunc(gone, func(field string) bool {
		return slices.ContainsFunc(gone, func(g string) bool { return g != field && within(field, g) })
	})
}

// within holds for a field and for what is in it.
func within(field, outer string) bool {
	return field == outer || strings.HasPrefix(field, outer+".") || strings.HasPrefix(field, outer+"[")
}

// tightened looks at what crdify leaves out: patterns and rules.
func tightened(before, after apiextensionsv1.CustomResourceDefinitionVersion) []string {
	var breaks []string
	old, now := validations.FlattenCRDVersion(before), validations.FlattenCRDVersion(after)
	for field, b := range old {
		a, is := now[field]
		if !is {
			continue
		}
		if a.Pattern != "" && a.Pattern != b.Pattern {
			breaks = append(breaks, fmt.Sprintf("%s: pattern %q -> %q", path(field), b.Pattern, a.Pattern))
		}
		for _, rule := range a.XValidations {
			known := slices.ContainsFunc(b.XValidations, func(r apiextensionsv1.ValidationRule) bool { return r.Rule == rule.Rule })
			if !known && !speaksOfNewField(rule.Rule, b, a) {
				breaks = append(breaks, fmt.Sprintf("%s: new rule %q", path(field), rule.Rule))
			}
		}
	}
	return breaks
}

var asked = regexp.MustCompile(`has\((?:self|oldSelf)\.(\w+)`)

// speaksOfNewField holds for a rule that asks for a field that the old definition has not: no object that there is has it.
func speaksOfNewField(rule string, before, after *apiextensionsv1.JSONSchemaProps) bool {
	for _, found := range asked.FindAllStringSubmatch(rule, -1) {
		_, is := after.Properties[found[1]]
		_, was := before.Properties[found[1]]
		if is && !was {
			return true
		}
	}
	return false
}
