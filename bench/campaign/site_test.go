package campaign

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"sigs.k8s.io/yaml"

	"godev.io/bench/internal/audit"
	"godev.io/bench/internal/checkout"
	"godev.io/bench/internal/controlplane"
	"godev.io/bench/internal/operator"
)

var long = flag.Bool("campaign", false, "the long form of each test")

// size is how much of something a test does.
func size(short, campaign int) int {
	if *long {
		return campaign
	}
	return short
}

var (
	environments = schema.GroupVersionResource{Group: "godev.io", Version: "v1alpha1", Resource: "godevenvironments"}
	pods         = schema.GroupVersionResource{Version: "v1", Resource: "pods"}
	claims       = schema.GroupVersionResource{Version: "v1", Resource: "persistentvolumeclaims"}
	configMaps   = schema.GroupVersionResource{Version: "v1", Resource: "configmaps"}
	services     = schema.GroupVersionResource{Version: "v1", Resource: "services"}
	policies     = schema.GroupVersionResource{Group: "networking.k8s.io", Version: "v1", Resource: "networkpolicies"}
)

const ofEnvironment = "godev.io/environment"

// site is the control plane with the operator that all tests share; each has namespaces of its own.
type site struct {
	cp     *controlplane.ControlPlane
	op     *operator.Operator
	client dynamic.Interface // the administrator's: its requests are not counted
	log    *audit.Log
	dir    string
	sample *unstructured.Unstructured
}

var here *site

func TestMain(m *testing.M) {
	flag.Parse()
	code, err := inside(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func inside(m *testing.M) (code int, err error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	here = &site{}
	defer func() { err = errors.Join(err, here.close()) }()
	if err := here.open(ctx); err != nil {
		return 1, err
	}
	return m.Run(), nil
}

func (s *site) open(ctx context.Context) (err error) {
	if s.cp, err = controlplane.Start(ctx, ""); err != nil {
		return err
	}
	s.dir = s.cp.State()
	config, err := s.cp.AdminConfig()
	if err != nil {
		return err
	}
	if s.client, err = dynamic.NewForConfig(config); err != nil {
		return err
	}
	if s.log, err = audit.Open(s.cp.AuditLog()); err != nil {
		return err
	}
	root, err := checkout.Root()
	if err != nil {
		return err
	}
	content, err := os.ReadFile(filepath.Join(root, "samples", "hello-files.yaml"))
	if err != nil {
		return err
	}
	s.sample = &unstructured.Unstructured{}
	if err := yaml.Unmarshal(content, &s.sample.Object); err != nil {
		return err
	}
	if s.op, err = operator.Start(operator.Options{Kubeconfig: s.cp.OperatorKubeconfig(), Dir: s.dir}); err != nil {
		return err
	}
	_, err = s.op.WaitReady(ctx)
	return err
}

func (s *site) close() error {
	var errs []error
	if s.op != nil {
		errs = append(errs, s.op.Kill())
	}
	if s.log != nil {
		errs = append(errs, s.log.Close())
	}
	if s.cp != nil {
		errs = append(errs, s.cp.Check(), s.cp.Stop())
	}
	return errors.Join(errs...)
}

// begin gives a test its namespace, and checks at its end that the operator is well and has not failed.
func (s *site) begin(t *testing.T, namespace string) {
	t.Helper()
	if err := s.cp.CreateNamespace(t.Context(), namespace); err != nil {
		t.Fatal(err)
	}
	said := len(s.said(t))
	t.Cleanup(func() {
		if !s.op.Alive() {
			t.Error("the operator has ended")
		} else if err := s.op.Live(context.Background()); err != nil {
			t.Errorf("the operator calls itself stuck: %v", err)
		}
		for _, line := range s.said(t)[said:] {
			if failure.MatchString(line) && !busy.MatchString(line) {
				t.Errorf("the operator said: %s", line)
			}
		}
		if t.Failed() {
			lines := s.said(t)[said:]
			t.Logf("the operator's last lines:\n%s", strings.Join(lines[max(0, len(lines)-40):], "\n"))
		}
	})
}

var (
	// failure is a line of the log that a fault leaves.
	failure = regexp.MustCompile(`^\S+ (ERROR|WARN) `)
	// busy is one that a machine leaves on which too much is going on.
	busy = regexp.MustCompile(`BlockedThreadChecker`)
)

func (s *site) said(t *testing.T) []string {
	t.Helper()
	content, err := os.ReadFile(s.op.Log)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimRight(string(content), "\n"), "\n")
}

func (s *site) environment(namespace, name string) *unstructured.Unstructured {
	env := s.sample.DeepCopy()
	env.SetName(name)
	env.SetNamespace(namespace)
	return env
}

func (s *site) create(ctx context.Context, env *unstructured.Unstructured) (*unstructured.Unstructured, error) {
	return s.client.Resource(environments).Namespace(env.GetNamespace()).Create(ctx, env, meta.CreateOptions{})
}

func (s *site) delete(ctx context.Context, namespace, name string) error {
	err := s.client.Resource(environments).Namespace(namespace).Delete(ctx, name, meta.DeleteOptions{})
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}

// observed fails unless the operator has taken up the environment's generation.
func (s *site) observed(ctx context.Context, env *unstructured.Unstructured) (*unstructured.Unstructured, error) {
	now, err := s.client.Resource(environments).Namespace(env.GetNamespace()).Get(ctx, env.GetName(), meta.GetOptions{})
	if err != nil {
		return nil, err
	}
	if now.GetUID() != env.GetUID() {
		return nil, errors.New("another one has its name")
	}
	generation, _, _ := unstructured.NestedInt64(now.Object, "status", "observedGeneration")
	if generation != now.GetGeneration() {
		return nil, fmt.Errorf("generation %d is observed, not %d", generation, now.GetGeneration())
	}
	return now, nil
}

// ready fails unless the environment is, with a pod of its own.
func (s *site) ready(ctx context.Context, env *unstructured.Unstructured) error {
	now, err := s.observed(ctx, env)
	if err != nil {
		return err
	}
	if condition(now, "Ready")["status"] != "True" {
		return fmt.Errorf("not ready: %v", condition(now, "Ready"))
	}
	return s.hasItsPod(ctx, env)
}

func (s *site) hasItsPod(ctx context.Context, env *unstructured.Unstructured) error {
	pod, err := s.client.Resource(pods).Namespace(env.GetNamespace()).Get(ctx, env.GetName(), meta.GetOptions{})
	if err != nil {
		return err
	}
	if owners := pod.GetOwnerReferences(); len(owners) != 1 || owners[0].UID != env.GetUID() {
		return fmt.Errorf("its pod is that of %v", owners)
	}
	return nil
}

// condition is one of the status, empty if it is not there.
func condition(env *unstructured.Unstructured, kind string) map[string]any {
	conditions, _, _ := unstructured.NestedSlice(env.Object, "status", "conditions")
	for _, c := range conditions {
		if c, ok := c.(map[string]any); ok && c["type"] == kind {
			return c
		}
	}
	return nil
}

// until asks until the answer is nil.
func until(ctx context.Context, limit time.Duration, ask func() error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := ask()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("after %s: %w", limit, err)
		case <-tick.C:
		}
	}
}

func writeOfOperator(e audit.Event) bool {
	return e.User.Username == audit.Operator && e.IsWrite() && !e.IsLease()
}

func writes(events []audit.Event) string {
	var lines []string
	for _, e := range events {
		lines = append(lines, fmt.Sprintf("%s %s %s/%s → %d", e.Verb, e.Resource(), e.Object.Namespace, e.Object.Name, e.Response.Code))
	}
	return strings.Join(lines, "\n")
}
