package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"sigs.k8s.io/yaml"

	"godev.io/bench/internal/audit"
	"godev.io/bench/internal/checkout"
	"godev.io/bench/internal/controlplane"
	"godev.io/bench/internal/operator"
)

var (
	environments = schema.GroupVersionResource{Group: "godev.io", Version: "v1alpha1", Resource: "godevenvironments"}
	pods         = schema.GroupVersionResource{Version: "v1", Resource: "pods"}
	claims       = schema.GroupVersionResource{Version: "v1", Resource: "persistentvolumeclaims"}
	configMaps   = schema.GroupVersionResource{Version: "v1", Resource: "configmaps"}
	services     = schema.GroupVersionResource{Version: "v1", Resource: "services"}
	policies     = schema.GroupVersionResource{Group: "networking.k8s.io", Version: "v1", Resource: "networkpolicies"}
)

// site is a control plane with an operator, and what it is looked at with.
type site struct {
	cp     *controlplane.ControlPlane
	client dynamic.Interface // the administrator's: its requests are not counted
	bare   dynamic.Interface
	log    *audit.Log
	sample *unstructured.Unstructured
	dir    string
	jvm    []string
	app    *operator.App
	out    io.Writer
	began  time.Time
	op     *operator.Operator
}

func newSite(ctx context.Context, o Options) (*site, error) {
	s := &site{out: o.Log, began: time.Now(), dir: o.Dir, jvm: o.JVM, app: o.App}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *site) open(ctx context.Context) (err error) {
	if s.cp, err = controlplane.Start(ctx, ""); err != nil {
		return err
	}
	if s.dir == "" {
		s.dir = s.cp.State()
	} else if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return err
	}
	config, err := s.cp.AdminConfig()
	if err != nil {
		return err
	}
	if s.client, err = dynamic.NewForConfig(config); err != nil {
		return err
	}
	if config, err = controlplane.Config(s.cp.BareClientKubeconfig()); err != nil {
		return err
	}
	if s.bare, err = dynamic.NewForConfig(config); err != nil {
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
	return yaml.Unmarshal(content, &s.sample.Object)
}

func (s *site) close() error {
	var errs []error
	if s.op != nil {
		errs = append(errs, s.op.Stop())
	}
	if s.log != nil {
		errs = append(errs, s.log.Close())
	}
	if s.cp != nil {
		errs = append(errs, s.cp.Check(), s.cp.Stop())
	}
	return errors.Join(errs...)
}

// startOperator starts one and waits until it is ready.
func (s *site) startOperator(ctx context.Context) (time.Duration, error) {
	op, err := operator.Start(operator.Options{
		Kubeconfig: s.cp.OperatorKubeconfig(), Dir: s.dir, JVM: s.jvm, App: s.app,
	})
	if err != nil {
		return 0, err
	}
	s.op = op
	return op.WaitReady(ctx)
}

func (s *site) stopOperator() error {
	op := s.op
	s.op = nil
	return op.Stop()
}

func (s *site) say(format string, args ...any) {
	if s.out != nil {
		fmt.Fprintf(s.out, "[%6.1fs] %s\n", time.Since(s.began).Seconds(), fmt.Sprintf(format, args...))
	}
}

func byOperator(e audit.Event) bool { return e.User.Username == audit.Operator && !e.IsLease() }

func writeOfOperator(e audit.Event) bool { return byOperator(e) && e.IsWrite() }
