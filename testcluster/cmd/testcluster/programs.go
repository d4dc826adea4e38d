package main

import (
	"context"
	"errors"
	"fmt"

	"godev.io/testcluster/internal/build"
	"godev.io/testcluster/internal/layout"
)

// programs prints the folder of each module's programs, a line each, in the order of the names.
func programs(ctx context.Context, l layout.Layout, names []string) error {
	if len(names) == 0 {
		return errors.New("programs: name the modules, such as kubernetes etcd kwok")
	}
	source, err := layout.Source()
	if err != nil {
		return err
	}
	var modules []build.Module
	for _, name := range names {
		m, err := build.Named(name)
		if err != nil {
			return err
		}
		modules = append(modules, m)
	}
	for _, m := range modules {
		dir, err := m.Dir(ctx, source, l.Cache)
		if err != nil {
			return err
		}
		if err := m.Build(ctx, source, dir); err != nil {
			return err
		}
		fmt.Println(dir)
	}
	return nil
}
