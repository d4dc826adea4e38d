package fault

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/dynamic"

	"godev.io/bench/internal/controlplane"
	"godev.io/bench/internal/faultproxy"
	"godev.io/bench/internal/operator"
)

// bench is a control plane with an operator that reaches it through a proxy of faults.
type bench struct {
	cp     *controlplane.ControlPlane
	client dynamic.Interface
	proxy  *faultproxy.Proxy
	kept   *keeper
	faults faults
}

// faults are what happens to writes, by namespace.
type faults struct {
	sync.Mutex
	of map[string]func(faultproxy.Write) *faultproxy.Fault
}

func (f *faults) decide(w faultproxy.Write) *faultproxy.Fault {
	f.Lock()
	defer f.Unlock()
	if decide, ok := f.of[w.Namespace]; ok {
		return decide(w)
	}
	return nil
}

// onWrite sets what happens to the writes in a namespace. Decide is called for one write at a time.
func (b *bench) onWrite(namespace string, decide func(faultproxy.Write) *faultproxy.Fault) {
	b.faults.Lock()
	defer b.faults.Unlock()
	b.faults.of[namespace] = decide
}

// plane is shared by all tests: it is the slow part, and each run has a namespace of its own.
var plane struct {
	sync.Mutex
	cp         *controlplane.ControlPlane
	namespaces int
}

func sharedPlane() (*controlplane.ControlPlane, error) {
	plane.Lock()
	defer plane.Unlock()
	if plane.cp == nil {
		cp, err := controlplane.Start(context.Background(), "")
		if err != nil {
			return nil, err
		}
		plane.cp = cp
	}
	return plane.cp, nil
}

func stopPlane() error {
	plane.Lock()
	defer plane.Unlock()
	if plane.cp == nil {
		return nil
	}
	return plane.cp.Stop()
}

// start starts a proxy and an operator for one test.
func start(t *testing.T) *bench {
	t.Helper()
	cp, err := sharedPlane()
	if err != nil {
		t.Fatal(err)
	}
	config, err := cp.AdminConfig()
	if err != nil {
		t.Fatal(err)
	}
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	ca, err := os.ReadFile(cp.CA())
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(ca) {
		t.Fatal("the API server's certificate cannot be read")
	}
	proxy, err := faultproxy.Start(cp.APIServerURL(), &tls.Config{RootCAs: roots})
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{cp: cp, client: client, proxy: proxy}
	b.faults.of = map[string]func(faultproxy.Write) *faultproxy.Fault{}
	proxy.OnWrite(b.faults.decide)
	dir := t.TempDir()
	kubeconfig, err := throughProxy(cp.OperatorKubeconfig(), proxy, dir)
	if err != nil {
		t.Fatal(err)
	}
	b.kept = keep(operator.Options{Kubeconfig: kubeconfig, Dir: dir})
	t.Cleanup(func() {
		b.kept.stop()
		proxy.Close()
	})
	b.awaitReady(t)
	return b
}

// awaitReady waits until the operator has its caches and leads.
func (b *bench) awaitReady(t *testing.T) {
	t.Helper()
	if err := until(t.Context(), patience, b.kept.ready); err != nil {
		t.Fatalf("the operator is not ready: %v\n%s", err, b.log(0))
	}
}

// log is what the operator has logged from an offset on, without stack traces and the news that it is not ready yet.
func (b *bench) log(offset int64) string {
	content, err := os.ReadFile(b.logFile())
	if err != nil {
		return err.Error()
	}
	var kept strings.Builder
	for line := range strings.Lines(string(content[min(offset, int64(len(content))):])) {
		if !strings.Contains(line, "Reporting health down status") && !strings.HasPrefix(line, "\tat ") {
			kept.WriteString(line)
		}
	}
	return kept.String()
}

func (b *bench) logFile() string { return filepath.Join(b.kept.options.Dir, "operator.log") }

// namespace makes a new one.
func (b *bench) namespace(t *testing.T) string {
	t.Helper()
	plane.Lock()
	plane.namespaces++
	name := fmt.Sprintf("run-%d", plane.namespaces)
	plane.Unlock()
	if err := b.cp.CreateNamespace(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.empty(t, name) })
	return name
}

// empty ends the environments of a namespace: the operators of later tests see every namespace, and would write at their
// time what becomes of these, such as that a load balancer has no address after a minute.
func (b *bench) empty(t *testing.T, namespace string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), convergence)
	defer cancel()
	all := b.client.Resource(environments).Namespace(namespace)
	if err := all.DeleteCollection(ctx, meta.DeleteOptions{}, meta.ListOptions{}); err != nil {
		t.Errorf("%s: %v", namespace, err)
	}
}

// throughProxy writes the operator's kubeconfig anew: its token, the proxy's address and authority.
func throughProxy(kubeconfig string, proxy *faultproxy.Proxy, dir string) (string, error) {
	config, err := controlplane.Config(kubeconfig)
	if err != nil {
		return "", err
	}
	ca := filepath.Join(dir, "proxy.crt")
	if err := os.WriteFile(ca, proxy.CA(), 0o644); err != nil {
		return "", err
	}
	file := filepath.Join(dir, "operator.kubeconfig")
	return file, controlplane.WriteKubeconfig(file, proxy.URL(), ca, config.BearerToken)
}

// await waits for a condition, and fails the test with its last error.
func await(t *testing.T, limit time.Duration, what string, condition func(context.Context) error) {
	t.Helper()
	if err := until(t.Context(), limit, condition); err != nil {
		t.Fatalf("%s: not within %s: %v", what, limit, err)
	}
}

func until(ctx context.Context, limit time.Duration, condition func(context.Context) error) error {
	deadline := time.After(limit)
	for {
		err := condition(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-deadline:
			return err
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// nested is a field of an object, nil if it is not there.
func nested(o *unstructured.Unstructured, path ...string) any {
	value, _, _ := unstructured.NestedFieldNoCopy(o.Object, path...)
	return value
}
