#include "rules/model/measure.h"

namespace measured::rules {
namespace {

ValueForm form_of(QueryValue value) {
  switch (value) {
    case QueryValue::ratio: return ValueForm::share;
    case QueryValue::count: return ValueForm::count;
    case QueryValue::sum: return ValueForm::sum;
    case QueryValue::mean: return ValueForm::mean;
    case QueryValue::quantile: return ValueForm::quantile;
    case QueryValue::nps: return ValueForm::nps;
  }
  return ValueForm::share;
}

}  // namespace

std::string_view to_text(SurveyKind kind) {
  switch (kind) {
    case SurveyKind::nps: return "nps";
    case SurveyKind::csat: return "csat";
    case SurveyKind::ces: return "ces";
    case SurveyKind::scale: return "scale";
  }
  return "";
}

ValueForm form_of(const Measure& measure) {
  switch (measure.kind) {
    case MeasureKind::count: return ValueForm::count;
    case MeasureKind::ratio: return ValueForm::share;
    case MeasureKind::rate: return ValueForm::rate;
    case MeasureKind::sum: return ValueForm::sum;
    case MeasureKind::mean: return ValueForm::mean;
    case MeasureKind::percentile:
    case MeasureKind::median: return ValueForm::quantile;
    case MeasureKind::query:
    case MeasureKind::per_customer:
    case MeasureKind::handoffs:
    case MeasureKind::duration:
    case MeasureKind::survey: break;
  }
  return form_of(measure.query_value);
}

}  // namespace measured::rules
