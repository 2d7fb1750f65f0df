// Checks folders of Terraform: their syntax and format, and that every variable, local value, resource and data source that they name is there.
// Which arguments a resource takes only its provider knows, which comes from Terraform's own registry: that is not checked.
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
)

type module struct {
	declared   map[string]bool
	references map[string]hcl.Range
}

func (m *module) read(file string, source []byte) hcl.Diagnostics {
	parsed, diagnostics := hclsyntax.ParseConfig(source, file, hcl.InitialPos)
	if diagnostics.HasErrors() {
		return diagnostics
	}
	body := parsed.Body.(*hclsyntax.Body)
	for _, block := range body.Blocks {
		switch block.Type {
		case "variable":
			m.declared["var."+block.Labels[0]] = true
		case "data":
			m.declared["data."+strings.Join(block.Labels, ".")] = true
		case "resource":
			m.declared[strings.Join(block.Labels, ".")] = true
		case "locals":
			for name := range block.Body.Attributes {
				m.declared["local."+name] = true
			}
		}
	}
	return hclsyntax.VisitAll(body, func(node hclsyntax.Node) hcl.Diagnostics {
		if expression, is := node.(*hclsyntax.ScopeTraversalExpr); is {
			if name := nameOf(expression.Traversal); name != "" {
				m.references[name] = expression.Range()
			}
		}
		return nil
	})
}

// The name that something is declared under; none for what an expression declares itself, and for what Terraform gives.
func nameOf(traversal hcl.Traversal) string {
	parts := 2
	root := traversal.RootName()
	if root == "data" {
		parts = 3
	} else if root != "var" && root != "local" && !strings.Contains(root, "_") {
		return ""
	}
	name := root
	for _, step := range traversal[1:min(parts, len(traversal))] {
		if attribute, is := step.(hcl.TraverseAttr); is {
			name += "." + attribute.Name
		}
	}
	return name
}

func check(folder string) []string {
	var faults []string
	files, _ := filepath.Glob(filepath.Join(folder, "*.tf"))
	if len(files) == 0 {
		return []string{"no .tf file"}
	}
	all := module{declared: map[string]bool{}, references: map[string]hcl.Range{}}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			faults = append(faults, err.Error())
			continue
		}
		for _, diagnostic := range all.read(file, source) {
			faults = append(faults, diagnostic.Error())
		}
		if formatted := hclwrite.Format(source); !bytes.Equal(formatted, source) {
			for index, line := range strings.Split(string(formatted), "\n") {
				if lines := strings.Split(string(source), "\n"); index < len(lines) && lines[index] != line {
					faults = append(faults, fmt.Sprintf("%s:%d: not formatted: %q", file, index+1, lines[index]))
				}
			}
		}
	}
	for name, place := range all.references {
		if !all.declared[name] {
			faults = append(faults, fmt.Sprintf("%s: %s is declared nowhere", place, name))
		}
	}
	fmt.Printf("%s: %d files, %d declared, %d references\n", folder, len(files), len(all.declared), len(all.references))
	return faults
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: terraform FOLDER ...")
		os.Exit(2)
	}
	failed := false
	for _, folder := range os.Args[1:] {
		for _, fault := range check(folder) {
			failed = true
			fmt.Fprintln(os.Stderr, fault)
		}
	}
	if failed {
		os.Exit(1)
	}
}
