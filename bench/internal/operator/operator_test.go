package operator_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"sigs.k8s.io/yaml"

	"godev.io/bench/internal/checkout"
	"godev.io/bench/internal/controlplane"
	"godev.io/bench/internal/operator"
)

const namespace = "bench"

var (
	environments = schema.GroupVersionResource{Group: "godev.io", Version: "v1alpha1", Resource: "godevenvironments"}
	pods         = schema.GroupVersionResource{Version: "v1", Resource: "pods"}
)

// TestAnEnvironmentBecomesReadyAndGoes also survives a restart of the API server, and leaves nothing behind.
func TestAnEnvironmentBecomesReadyAndGoes(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	began := time.Now()
	cp, err := controlplane.Start(ctx, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer cp.Stop() //nolint:errcheck // checked below where the test gets so far
	t.Logf("the control plane is up after %s", time.Since(began))
	if err := cp.CreateNamespace(ctx, namespace); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	op, err := operator.Start(operator.Options{Kubeconfig: cp.OperatorKubeconfig(), Dir: dir, Env: []string{"GODEV_LOG_JSON=true"}})
	if err != nil {
		t.Fatal(err)
	}
	defer op.Kill() //nolint:errcheck // as above
	took, err := op.WaitReady(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("the operator is ready after %s; memory limited: %t", took, op.MemoryLimited())

	config, err := cp.AdminConfig()
	if err != nil {
		t.Fatal(err)
	}
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	env := sample(t, "hello-files.yaml")
	created := time.Now()
	if _, err := client.Resource(environments).Namespace(namespace).Create(ctx, env, meta.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	wait(t, ctx, "Ready=True", func() error { return ready(ctx, client, env.GetName()) })
	t.Logf("ready after %s", time.Since(created))

	began = time.Now()
	if err := cp.RestartAPIServer(ctx); err != nil {
		t.Fatal(err)
	}
	t.Logf("the API server is back after %s", time.Since(began))
	if err := client.Resource(pods).Namespace(namespace).Delete(ctx, env.GetName(), meta.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	deleted := time.Now()
	wait(t, ctx, "a new pod", func() error {
		pod, err := client.Resource(pods).Namespace(namespace).Get(ctx, env.GetName(), meta.GetOptions{})
		if err != nil {
			return err
		}
		if phase, _, _ := unstructured.NestedString(pod.Object, "status", "phase"); phase != "Running" || pod.GetDeletionTimestamp() != nil {
			return errors.New("the pod does not run")
		}
		return nil
	})
	t.Logf("a new pod after %s", time.Since(deleted))
	wait(t, ctx, "Ready=True", func() error { return ready(ctx, client, env.GetName()) })

	if err := client.Resource(environments).Namespace(namespace).Delete(ctx, env.GetName(), meta.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	wait(t, ctx, "the pod goes", func() error {
		_, err := client.Resource(pods).Namespace(namespace).Get(ctx, env.GetName(), meta.GetOptions{})
		if apierrors.IsNotFound(err) {
			return nil
		}
		return errors.Join(err, errors.New("the pod is there"))
	})

	usage, err := op.Usage()
	if err != nil || usage.Threads == 0 {
		t.Errorf("usage %+v: %v", usage, err)
	}
	if err := op.Stop(); err != nil {
		t.Error(err)
	}
	// 143 is what Java makes of a SIGTERM that it has obeyed.
	if code := op.ExitCode(); code != 143 && code != 0 {
		t.Errorf("the operator ended with %d", code)
	}
	if err := cp.Check(); err != nil {
		t.Error(err)
	}
	logIsJSON(t, filepath.Join(dir, "operator.log"))
	if info, err := os.Stat(cp.AuditLog()); err != nil || info.Size() == 0 {
		t.Errorf("no audit log: %v", err)
	}
	if err := cp.Stop(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(cp.State()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the state is still there: %v", err)
	}
	if err := syscall.Kill(op.PID(), 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("the operator is still there: %v", err)
	}
}

func sample(t *testing.T, name string) *unstructured.Unstructured {
	t.Helper()
	root, err := checkout.Root()
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(root, "samples", name))
	if err != nil {
		t.Fatal(err)
	}
	var object unstructured.Unstructured
	if err := yaml.Unmarshal(content, &object.Object); err != nil {
		t.Fatal(err)
	}
	return &object
}

func ready(ctx context.Context, client dynamic.Interface, name string) error {
	env, err := client.Resource(environments).Namespace(namespace).Get(ctx, name, meta.GetOptions{})
	if err != nil {
		return err
	}
	conditions, _, err := unstructured.NestedSlice(env.Object, "status", "conditions")
	if err != nil {
		return err
	}
	for _, c := range conditions {
		if c, ok := c.(map[string]any); ok && c["type"] == "Ready" && c["status"] == "True" {
			return nil
		}
	}
	return fmt.Errorf("not ready: %v", conditions)
}

func wait(t *testing.T, ctx context.Context, what string, condition func() error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		err := condition()
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("%s: %v", what, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func logIsJSON(t *testing.T, file string) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for line := range strings.Lines(string(content)) {
		if strings.HasPrefix(line, "[") { // the Java virtual machine's own
			continue
		}
		var entry struct{ Timestamp, Level, Message string }
		if err := json.Unmarshal([]byte(line), &entry); err != nil || entry.Timestamp == "" || entry.Level == "" || entry.Message == "" {
			t.Errorf("%s: %v", line, err)
		}
		lines++
	}
	if lines == 0 {
		t.Error("nothing is logged")
	}
}

func TestASettingThatCannotBeUsedEndsTheStart(t *testing.T) {
	for setting, message := range map[string]string{
		"GODEV_RECONCILER_THREADS=0":    "GODEV_RECONCILER_THREADS must be from 1 to 64, and is 0",
		"GODEV_GO_IMAGE=golang:%d":      "GODEV_GO_IMAGE must be the name of an image",
		"GODEV_LEADER_ELECTION=perhaps": "must be true or false, and is perhaps",
	} {
		t.Run(setting, func(t *testing.T) {
			dir := t.TempDir()
			op, err := operator.Start(operator.Options{Kubeconfig: "/nonexistent", Dir: dir, Env: []string{setting}})
			if err != nil {
				t.Fatal(err)
			}
			defer op.Kill() //nolint:errcheck // it ends by itself
			select {
			case <-op.Done():
			case <-time.After(time.Minute):
				t.Fatal("it goes on")
			}
			content, err := os.ReadFile(filepath.Join(dir, "operator.log"))
			if err != nil {
				t.Fatal(err)
			}
			if op.ExitCode() == 0 || !strings.Contains(string(content), message) {
				t.Errorf("it ended with %d and said\n%s", op.ExitCode(), content)
			}
		})
	}
}
