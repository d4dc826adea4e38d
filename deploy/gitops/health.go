// Package gitops has the eyes of GitOps tools: what kstatus and Argo CD make of an environment and of a fleet.
package gitops

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"time"

	lua "github.com/yuin/gopher-lua"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
)

// HealthScript is the health check that Argo CD is given.
//
//go:embed argocd/health.lua
var HealthScript string

// Health is what a tool says of an object.
type Health struct {
	Status  string
	Message string
}

// healths are the words of kstatus, which Flux and kpt wait by, and what Argo CD is to say for each.
var healths = map[string]string{
	string(status.CurrentStatus):     "Healthy",
	string(status.InProgressStatus):  "Progressing",
	string(status.TerminatingStatus): "Progressing",
	string(status.FailedStatus):      "Degraded",
}

// Kstatus asks the kstatus library.
func Kstatus(object *unstructured.Unstructured) (Health, error) {
	result, err := status.Compute(object)
	if err != nil {
		return Health{}, err
	}
	return Health{string(result.Status), result.Message}, nil
}

// ArgoCD runs a health check as Argo CD does: with table's and the basic functions alone, for a second at most.
// See util/lua/lua.go of Argo CD.
func ArgoCD(script string, object *unstructured.Unstructured) (Health, error) {
	state := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer state.Close()
	for name, open := range map[string]lua.LGFunction{lua.BaseLibName: lua.OpenBase, lua.TabLibName: lua.OpenTable} {
		if err := state.CallByParam(lua.P{Fn: state.NewFunction(open), Protect: true}, lua.LString(name)); err != nil {
			return Health{}, err
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	state.SetContext(ctx)
	state.SetGlobal("obj", value(state, object.Object))
	if err := state.DoString(script); err != nil {
		return Health{}, fmt.Errorf("health.lua: %w", err)
	}
	answer, isTable := state.Get(-1).(*lua.LTable)
	if !isTable {
		return Health{}, errors.New("health.lua returns no table")
	}
	return Health{lua.LVAsString(answer.RawGetString("status")), lua.LVAsString(answer.RawGetString("message"))}, nil
}

func value(state *lua.LState, of any) lua.LValue {
	switch v := of.(type) {
	case bool:
		return lua.LBool(v)
	case string:
		return lua.LString(v)
	case int64:
		return lua.LNumber(v)
	case float64:
		return lua.LNumber(v)
	case []any:
		list := state.NewTable()
		for _, item := range v {
			list.Append(value(state, item))
		}
		return list
	case map[string]any:
		table := state.NewTable()
		for key, item := range v {
			table.RawSetString(key, value(state, item))
		}
		return table
	default:
		return lua.LNil
	}
}

// Objects reads the objects of a file in YAML or JSON.
func Objects(text []byte) ([]*unstructured.Unstructured, error) {
	var all []*unstructured.Unstructured
	for decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096); ; {
		var raw runtime.RawExtension
		err := decoder.Decode(&raw)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		if raw.Raw = bytes.TrimSpace(raw.Raw); len(raw.Raw) == 0 || string(raw.Raw) == "null" {
			continue
		}
		object := &unstructured.Unstructured{}
		if err := object.UnmarshalJSON(raw.Raw); err != nil {
			return nil, err
		}
		if !object.IsList() {
			all = append(all, object)
			continue
		}
		list, err := object.ToList()
		if err != nil {
			return nil, err
		}
		for i := range list.Items {
			all = append(all, &list.Items[i])
		}
	}
}
