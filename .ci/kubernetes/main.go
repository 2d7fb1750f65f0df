// Builds folders of Kubernetes manifests as `kubectl kustomize` does, by the library that it is made of, and reads every object of Kubernetes' own kinds
// strictly into that kind's type, so that a misspelt field is an error and not ignored. Objects of other groups, which an operator of the
// cluster defines, are listed as not checked. What objects say of each other is in together.go.
package main

import (
	"fmt"
	"os"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

// A new one of each kind that the manifests may have.
var kinds = map[string]func() any{
	"v1/Namespace":                           func() any { return &corev1.Namespace{} },
	"v1/ConfigMap":                           func() any { return &corev1.ConfigMap{} },
	"v1/Service":                             func() any { return &corev1.Service{} },
	"v1/ServiceAccount":                      func() any { return &corev1.ServiceAccount{} },
	"apps/v1/Deployment":                     func() any { return &appsv1.Deployment{} },
	"batch/v1/Job":                           func() any { return &batchv1.Job{} },
	"batch/v1/CronJob":                       func() any { return &batchv1.CronJob{} },
	"policy/v1/PodDisruptionBudget":          func() any { return &policyv1.PodDisruptionBudget{} },
	"autoscaling/v2/HorizontalPodAutoscaler": func() any { return &autoscalingv2.HorizontalPodAutoscaler{} },
	"networking.k8s.io/v1/NetworkPolicy":     func() any { return &networkingv1.NetworkPolicy{} },
}

func check(folder string) []string {
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), folder)
	if err != nil {
		return []string{err.Error()}
	}
	faults := checkTogether(built.Resources())
	var others []string
	for _, object := range built.Resources() {
		name := object.GetApiVersion() + "/" + object.GetKind()
		text, err := object.AsYAML()
		if err != nil {
			faults = append(faults, err.Error())
			continue
		}
		make, known := kinds[name]
		if !known {
			if !strings.Contains(strings.SplitN(name, "/", 2)[0], ".") || strings.HasSuffix(object.GetGvk().Group, "k8s.io") {
				faults = append(faults, fmt.Sprintf("%s %s: this check does not know the kind", name, object.GetName()))
			}
			others = append(others, name+" "+object.GetName())
			continue
		}
		if err := yaml.UnmarshalStrict(text, make()); err != nil {
			faults = append(faults, fmt.Sprintf("%s %s: %v", name, object.GetName(), err))
		}
	}
	fmt.Printf("%s: %d objects", folder, len(built.Resources()))
	if len(others) > 0 {
		fmt.Printf(", of which these are an operator's and not checked here: %s", strings.Join(others, ", "))
	}
	fmt.Println()
	return faults
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: kubernetes FOLDER ...")
		os.Exit(2)
	}
	failed := false
	for _, folder := range os.Args[1:] {
		for _, fault := range check(folder) {
			failed = true
			fmt.Fprintf(os.Stderr, "%s: %s\n", folder, fault)
		}
	}
	if failed {
		os.Exit(1)
	}
}
