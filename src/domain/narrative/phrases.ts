/** What the rule writer says of each fact that it knows, in three languages. */
import type { InterventionCode } from '../prediction/interventions.ts';
import type { ReasonCode } from '../prediction/recommendations.ts';
import type { RuleFactor } from '../prediction/rules.ts';
import type { SignalName } from '../prediction/signals.ts';
import type { Language } from './narrative.ts';

/** What is known of a recommendation beside its reasons. */
export const recommendationFacts = ['estimated_weeks'] as const;

/** How high a risk is. */
export const riskLevelFacts = [
  'risk_level_low',
  'risk_level_medium',
  'risk_level_high',
  'risk_level_critical',
] as const;

/** How a risk is to be taken. */
export const riskNotes = ['horizon_days', 'rule_of_thumb'] as const;

/** What a forecast says. */
export const forecastFacts = [
  'percent_done',
  'weeks_to_finish',
  'weeks_at_worst',
  'on_time_percent',
  'percent_by_target',
  'percent_in_a_month',
  'next_score',
] as const;

export type PhraseCode =
  | ReasonCode
  | (typeof recommendationFacts)[number]
  | (typeof riskLevelFacts)[number]
  | (typeof riskNotes)[number]
  | (typeof forecastFacts)[number]
  | SignalName
  | RuleFactor
  | InterventionCode;

/** A sentence with its number, and one for when the number is not known; null = then nothing is said. */
type Phrase = readonly [known: string, unknown: string | null];

const always = (sentence: string): Phrase => [sentence, sentence];

export const phrases: Record<Language, Record<PhraseCode, Phrase>> = {
  en: {
    closes_gap: ['Skill gaps that it closes: {value}.', 'It closes skill gaps.'],
    ready: always('What it builds on is there.'),
    in_demand: ['Its skills are in demand (score {value}).', 'Its skills are in demand.'],
    works_for_peers: [
      'Most of those who took it have finished it (about {value}%).',
      'Most of those who took it have finished it.',
    ],
    proposed: always('It is among what is proposed for this person.'),
    estimated_weeks: ['At the present pace it takes about {value} weeks.', null],
    risk_level_low: ['The risk of dropping out is low ({value}%).', 'The risk of dropping out is low.'],
    risk_level_medium: [
      'The risk of dropping out is medium ({value}%).',
      'The risk of dropping out is medium.',
    ],
    risk_level_high: ['The risk of dropping out is high ({value}%).', 'The risk of dropping out is high.'],
    risk_level_critical: [
      'The risk of dropping out is very high ({value}%).',
      'The risk of dropping out is very high.',
    ],
    horizon_days: ['This is about the next {value} days.', null],
    rule_of_thumb: always('This is a rule of thumb and no measured chance.'),
    missed_work: ['{value}% of the work that was due is missing.', 'Work that was due is missing.'],
    lateness: ['Work comes in late: {value} days on average.', 'Work comes in later than is usual there.'],
    score: [
      'Results are lower than is usual there (score {value}).',
      'Results are lower than is usual there.',
    ],
    progress: [
      'Progress is slower than is usual there ({value}% done).',
      'Progress is slower than is usual there.',
    ],
    activity: ['Activity is {value} times the usual.', 'Activity is below the usual.'],
    recent_activity: ['Lately activity is {value} times the usual.', 'Lately activity is below the usual.'],
    recency: ['The last activity was {value} days ago.', 'The last activity was long ago.'],
    run_attrition: ['{value}% have left this course lately.', 'Many have left this course lately.'],
    low_engagement: ['Engagement is low (score {value}).', 'Engagement is low.'],
    falling_pace: ['The pace has changed by {value}%.', 'The pace is falling.'],
    inactive_7_days: ['There was no activity for {value} days.', 'There was no activity for days.'],
    agree_on_missing_work: always('Agree on how the missing work is made up for.'),
    plan_hand_ins: always('Plan the next hand-ins together.'),
    offer_help_with_content: always('Offer help with the content.'),
    set_next_step: always('Agree on the next small step.'),
    get_in_touch: always('Get in touch.'),
    percent_done: ['{value}% is done.', null],
    weeks_to_finish: ['For those who go on, the end is about {value} weeks away.', null],
    weeks_at_worst: ['At a slow pace it is {value} weeks.', null],
    on_time_percent: ['The chance of being done by the target date is {value}%.', null],
    percent_by_target: ['By then {value}% is likely to be done.', null],
    percent_in_a_month: ['In about a month {value}% is likely to be done.', null],
    next_score: ['The next score may be about {value}.', null],
  },
  he: {
    closes_gap: ['פערי מיומנות שהוא סוגר: {value}.', 'הוא סוגר פערי מיומנות.'],
    ready: always('מה שהוא נשען עליו כבר קיים.'),
    in_demand: ['המיומנויות שבו מבוקשות (ציון {value}).', 'המיומנויות שבו מבוקשות.'],
    works_for_peers: ['רוב מי שלמדו אותו סיימו אותו (בערך {value}%).', 'רוב מי שלמדו אותו סיימו אותו.'],
    proposed: always('הוא בין ההצעות ללומד זה.'),
    estimated_weeks: ['בקצב הנוכחי הוא נמשך בערך {value} שבועות.', null],
    risk_level_low: ['הסיכון לנשירה נמוך ({value}%).', 'הסיכון לנשירה נמוך.'],
    risk_level_medium: ['הסיכון לנשירה בינוני ({value}%).', 'הסיכון לנשירה בינוני.'],
    risk_level_high: ['הסיכון לנשירה גבוה ({value}%).', 'הסיכון לנשירה גבוה.'],
    risk_level_critical: ['הסיכון לנשירה גבוה מאוד ({value}%).', 'הסיכון לנשירה גבוה מאוד.'],
    horizon_days: ['הכוונה ל־{value} הימים הבאים.', null],
    rule_of_thumb: always('זהו כלל אצבע ולא הסתברות שנמדדה.'),
    missed_work: ['{value}% מהמטלות שמועדן עבר חסרות.', 'חסרות מטלות שמועדן עבר.'],
    lateness: ['מטלות מוגשות באיחור: {value} ימים בממוצע.', 'מטלות מוגשות מאוחר מהמקובל בקורס.'],
    score: ['הציונים נמוכים מהמקובל בקורס (ציון {value}).', 'הציונים נמוכים מהמקובל בקורס.'],
    progress: ['ההתקדמות איטית מהמקובל בקורס ({value}% הושלמו).', 'ההתקדמות איטית מהמקובל בקורס.'],
    activity: ['הפעילות היא {value} מהרגיל.', 'הפעילות נמוכה מהרגיל.'],
    recent_activity: ['הפעילות לאחרונה היא {value} מהרגיל.', 'הפעילות לאחרונה נמוכה מהרגיל.'],
    recency: ['הפעילות האחרונה הייתה לפני {value} ימים.', 'הפעילות האחרונה הייתה מזמן.'],
    run_attrition: ['{value}% עזבו את הקורס לאחרונה.', 'רבים עזבו את הקורס לאחרונה.'],
    low_engagement: ['המעורבות נמוכה (ציון {value}).', 'המעורבות נמוכה.'],
    falling_pace: ['הקצב השתנה ב־{value}%.', 'הקצב יורד.'],
    inactive_7_days: ['לא הייתה פעילות במשך {value} ימים.', 'לא הייתה פעילות במשך ימים.'],
    agree_on_missing_work: always('כדאי לסכם כיצד משלימים את החסר.'),
    plan_hand_ins: always('כדאי לתכנן יחד את ההגשות הבאות.'),
    offer_help_with_content: always('כדאי להציע עזרה בתוכן.'),
    set_next_step: always('כדאי לסכם על הצעד הקטן הבא.'),
    get_in_touch: always('כדאי ליצור קשר.'),
    percent_done: ['הושלמו {value}%.', null],
    weeks_to_finish: ['למי שממשיכים נותרו בערך {value} שבועות עד הסיום.', null],
    weeks_at_worst: ['בקצב איטי מדובר ב־{value} שבועות.', null],
    on_time_percent: ['הסיכוי לסיים עד תאריך היעד הוא {value}%.', null],
    percent_by_target: ['עד אז צפויים להיות מושלמים {value}%.', null],
    percent_in_a_month: ['בעוד כחודש צפויים להיות מושלמים {value}%.', null],
    next_score: ['הציון הבא עשוי להיות בערך {value}.', null],
  },
  ar: {
    closes_gap: ['فجوات المهارات التي يسدها: {value}.', 'يسد فجوات في المهارات.'],
    ready: always('ما يقوم عليه متوفر.'),
    in_demand: ['مهاراته مطلوبة (الدرجة {value}).', 'مهاراته مطلوبة.'],
    works_for_peers: ['أكمله معظم من درسوه (نحو {value}%).', 'أكمله معظم من درسوه.'],
    proposed: always('هو من بين المقترحات لهذا المتعلم.'),
    estimated_weeks: ['يستغرق بالإيقاع الحالي نحو {value} من الأسابيع.', null],
    risk_level_low: ['خطر الانقطاع منخفض ({value}%).', 'خطر الانقطاع منخفض.'],
    risk_level_medium: ['خطر الانقطاع متوسط ({value}%).', 'خطر الانقطاع متوسط.'],
    risk_level_high: ['خطر الانقطاع مرتفع ({value}%).', 'خطر الانقطاع مرتفع.'],
    risk_level_critical: ['خطر الانقطاع مرتفع جدا ({value}%).', 'خطر الانقطاع مرتفع جدا.'],
    horizon_days: ['المقصود الأيام القادمة وعددها {value}.', null],
    rule_of_thumb: always('هذه قاعدة تقريبية وليست احتمالا مقيسا.'),
    missed_work: ['{value}% من الأعمال المستحقة ناقصة.', 'هناك أعمال مستحقة ناقصة.'],
    lateness: [
      'تصل الأعمال متأخرة: {value} من الأيام في المتوسط.',
      'تصل الأعمال متأخرة عن المعتاد في الدورة.',
    ],
    score: ['النتائج أقل من المعتاد في الدورة (الدرجة {value}).', 'النتائج أقل من المعتاد في الدورة.'],
    progress: ['التقدم أبطأ من المعتاد في الدورة (أنجز {value}%).', 'التقدم أبطأ من المعتاد في الدورة.'],
    activity: ['النشاط يساوي {value} من المعتاد.', 'النشاط أقل من المعتاد.'],
    recent_activity: [
      'النشاط في الآونة الأخيرة يساوي {value} من المعتاد.',
      'النشاط في الآونة الأخيرة أقل من المعتاد.',
    ],
    recency: ['آخر نشاط كان قبل {value} من الأيام.', 'آخر نشاط كان منذ زمن.'],
    run_attrition: ['{value}% غادروا هذه الدورة مؤخرا.', 'غادر كثيرون هذه الدورة مؤخرا.'],
    low_engagement: ['التفاعل منخفض (الدرجة {value}).', 'التفاعل منخفض.'],
    falling_pace: ['تغير الإيقاع بنسبة {value}%.', 'الإيقاع يتراجع.'],
    inactive_7_days: ['لا نشاط منذ {value} من الأيام.', 'لا نشاط منذ أيام.'],
    agree_on_missing_work: always('يحسن الاتفاق على تعويض الأعمال الناقصة.'),
    plan_hand_ins: always('يحسن التخطيط معا للتسليمات القادمة.'),
    offer_help_with_content: always('يحسن عرض المساعدة في المحتوى.'),
    set_next_step: always('يحسن الاتفاق على الخطوة الصغيرة التالية.'),
    get_in_touch: always('يحسن التواصل.'),
    percent_done: ['أنجز {value}%.', null],
    weeks_to_finish: ['يبقى لمن يواصلون نحو {value} من الأسابيع حتى النهاية.', null],
    weeks_at_worst: ['بإيقاع بطيء {value} من الأسابيع.', null],
    on_time_percent: ['احتمال الانتهاء حتى الموعد المحدد {value}%.', null],
    percent_by_target: ['يتوقع إنجاز {value}% حتى ذلك الحين.', null],
    percent_in_a_month: ['بعد نحو شهر يتوقع إنجاز {value}%.', null],
    next_score: ['قد تكون الدرجة التالية نحو {value}.', null],
  },
};
